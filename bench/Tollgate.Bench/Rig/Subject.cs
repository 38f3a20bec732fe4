using System.Globalization;

namespace Tollgate.Bench.Rig;

/// <summary>What stands between the load and the mock provider: its port, its process, and for a Tollgate its admin port.</summary>
internal sealed record Subject(string Name, int Port, int Process, int? Admin)
{
    /// <summary>Of <c>NAME:PORT:PID[:ADMIN]</c>.</summary>
    internal static Subject Parse(string text)
    {
        var parts = text.Split(':');
        if (parts.Length is not (3 or 4)) throw new FormatException($"'{text}' is not NAME:PORT:PID[:ADMIN]");
        return new Subject(parts[0], Number(parts[1]), Number(parts[2]), parts.Length == 4 ? Number(parts[3]) : null);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
