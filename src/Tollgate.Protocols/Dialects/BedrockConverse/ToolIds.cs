using System.Buffers;
using System.Globalization;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// Ids of calls as Converse takes them: 1 to 64 of <c>[a-zA-Z0-9_-]</c>, each once in a conversation. Written in the order of the
/// conversation, a result finds the id that its call was given last.
/// </summary>
internal sealed class ToolIds
{
    private const int Longest = 64;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    private readonly ChatRequest _request;
    private Dictionary<string, string>? _current;
    private HashSet<string>? _taken;
    private HashSet<string>? _kept;

    /// <param name="request">Its calls: ids that may stay are not given to others.</param>
    public ToolIds(ChatRequest request) => _request = request;

    /// <summary>The id of the next call.</summary>
    public string OfCall(string id)
    {
        _taken ??= new(StringComparer.Ordinal);
        var given = IsGood(id) && _taken.Add(id) ? id : New(id);
        (_current ??= new(StringComparer.Ordinal))[id] = given;
        return given;
    }

    /// <summary>The id of the call that a result belongs to.</summary>
    public string OfResult(string id)
    {
        _current ??= new(StringComparer.Ordinal);
        if (!_current.TryGetValue(id, out var given)) _current[id] = given = IsGood(id) ? id : New(id);
        return given;
    }

    private string New(string id)
    {
        _kept ??= Kept();
        _taken ??= new(StringComparer.Ordinal);
        var clean = new string([.. id.Select(c => Allowed.Contains(c) ? c : '_')]);
        if (clean.Length == 0) clean = "call";
        for (var number = 1; ; number++)
        {
            var suffix = number == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"_{number}");
            var candidate = clean[..Math.Min(clean.Length, Longest - suffix.Length)] + suffix;
            if (!_kept.Contains(candidate) && _taken.Add(candidate)) return candidate;
        }
    }

    private HashSet<string> Kept() => _request.Turns
        .SelectMany(static t => t.Parts)
        .OfType<ToolCallPart>()
        .Select(static c => c.Id)
        .Where(IsGood)
        .ToHashSet(StringComparer.Ordinal);

    private static bool IsGood(string id) => id.Length is > 0 and <= Longest && id.AsSpan().IndexOfAnyExcept(Allowed) < 0;
}
