using System.Buffers;
using System.Globalization;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>What a model's name tells of it.</summary>
internal readonly record struct GeminiModel
{
    private const string Family = "gemini-";
    private static readonly SearchValues<char> s_number = SearchValues.Create("0123456789.");
    private readonly double? _version;
    private readonly bool _isGemini;

    /// <param name="name">Such as <c>gemini-2.5-flash-lite</c>, <c>models/gemini-3-pro-preview</c>, <c>gemini-flash-latest</c>.</param>
    public GeminiModel(string name)
    {
        _isGemini = name.Contains("gemini", StringComparison.OrdinalIgnoreCase);
        IsFlash = name.Contains("flash", StringComparison.OrdinalIgnoreCase);
        IsLite = name.Contains("lite", StringComparison.OrdinalIgnoreCase);
        var at = name.IndexOf(Family, StringComparison.OrdinalIgnoreCase);
        if (at < 0) return;
        var rest = name.AsSpan(at + Family.Length);
        var end = rest.IndexOfAnyExcept(s_number);
        if (double.TryParse(end < 0 ? rest : rest[..end], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var version)) _version = version;
    }

    /// <summary>True for the fast ones.</summary>
    public bool IsFlash { get; }

    /// <summary>True for the smallest ones.</summary>
    public bool IsLite { get; }

    /// <summary>Gemini 3 and later: thinking levels, signatures checked, resolution per image.</summary>
    public bool Is3 => _version >= 3;

    /// <summary>Gemini 3.1 and later.</summary>
    public bool Is31 => _version >= 3.1;

    /// <summary>Gemini 2.5 and later, and aliases without a number, which move with the newest: they think and take JSON Schema as it is.</summary>
    public bool IsModern => _isGemini && _version is null or >= 2.5;
}
