using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Ids of the calls of one answer. Gemini rarely gives any; those made here follow from the answer alone, so that reading it twice gives the
/// same, and differ from those of the other turns of the conversation.
/// </summary>
internal sealed class CallIds(int turns)
{
    private const int LongestAnswerId = 24; // OpenAI takes ids of up to 40 characters.
    private static readonly SearchValues<char> s_allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    private HashSet<string>? _given;
    private int _number;

    /// <summary>Id of the answer; null when the provider gave none.</summary>
    public string? AnswerId { get; set; }

    /// <summary>The provider's id if it is one and new; else one that is made up.</summary>
    public string Next(string? given, string name, string arguments)
    {
        _given ??= new(StringComparer.Ordinal);
        if (!string.IsNullOrEmpty(given) && _given.Add(given)) return given;
        while (true)
        {
            var id = string.Create(CultureInfo.InvariantCulture, $"call_{Stem(name, arguments)}_{_number++}");
            if (_given.Add(id)) return id;
        }
    }

    private string Stem(string name, string arguments)
    {
        if (string.IsNullOrEmpty(AnswerId)) return Digest(string.Create(CultureInfo.InvariantCulture, $"{turns}\n{name}\n{arguments}"));
        return AnswerId.Length <= LongestAnswerId && AnswerId.AsSpan().IndexOfAnyExcept(s_allowed) < 0 ? AnswerId : Digest(AnswerId);
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 10));
}
