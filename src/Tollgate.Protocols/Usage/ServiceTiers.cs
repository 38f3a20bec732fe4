namespace Tollgate.Protocols.Usage;

/// <summary>Reads the word for a service tier. The usual ones cost no memory.</summary>
internal static class ServiceTiers
{
    private static readonly string[] Usual = ["default", "standard", "flex", "priority", "batch", "scale", "auto", "fast"];

    /// <summary>The tier in a JSON string; null when there is none.</summary>
    public static string? Read(ReadOnlySpan<byte> value)
    {
        if (value.Length < 3 || value[0] != '"') return null;
        foreach (var tier in Usual)
        {
            if (value.Length == tier.Length + 2 && System.Text.Ascii.Equals(value[1..^1], tier)) return tier;
        }

        return JsonSkim.Text(value);
    }
}
