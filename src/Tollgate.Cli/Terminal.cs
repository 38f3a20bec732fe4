using Spectre.Console;

namespace Tollgate.Cli;

/// <summary>Where tables are printed: in colours on a terminal; as plain text that is not wrapped into a file or a pipe.</summary>
internal static class Terminal
{
    private const int Unwrapped = 400;

    internal static IAnsiConsole Open()
    {
        if (!Console.IsOutputRedirected) return AnsiConsole.Console;
        var plain = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        plain.Profile.Width = Unwrapped;
        return plain;
    }
}
