using System.CommandLine;
using Tollgate.Configuration;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate validate FILE…</c>: every mistake with its place; exit status 1 if there is one.</summary>
internal static class ValidateCommand
{
    internal static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "Configuration files.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("validate", "Check configuration files and print every mistake as file:line:column: message.") { files };
        command.SetAction(result => Validate(result.GetValue(files)!));
        return command;
    }

    private static int Validate(string[] files)
    {
        var failed = false;
        foreach (var file in files)
        {
            var loaded = ConfigLoader.LoadFile(file, ConfigContext.OfProcess);
            foreach (var problem in loaded.Problems) Console.WriteLine(problem);
            if (loaded.Config is { } config) Console.WriteLine($"{file}: {config.Providers.Length} providers, {config.Models.Length} models: valid");
            else failed = true;
        }

        return failed ? 1 : 0;
    }
}
