namespace Tollgate.Pipeline.Envelopes;

/// <summary>A model's name as one segment of a path.</summary>
internal static class ModelPath
{
    /// <summary>True for names that no path can carry: a segment of dots would climb.</summary>
    internal static bool IsUnsafe(string model) => model.Length == 0 || model.AsSpan().IndexOfAnyExcept('.') < 0 || model.AsSpan().ContainsAnyInRange('\0', '\x1f');

    /// <summary>Everything but unreserved characters encoded, <c>:</c> and <c>/</c> too (AWS wants an ARN as one label).</summary>
    internal static string Segment(string model) => Uri.EscapeDataString(model);

    /// <summary>The same with <c>@</c> and <c>:</c> as they are, as Google's own clients send them.</summary>
    internal static string GoogleSegment(string model) => Uri.EscapeDataString(model)
        .Replace("%40", "@", StringComparison.Ordinal)
        .Replace("%3A", ":", StringComparison.Ordinal);
}
