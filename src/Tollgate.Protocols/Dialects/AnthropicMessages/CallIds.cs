using System.Globalization;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Ids of calls as the API takes them (<c>^[a-zA-Z0-9_-]+$</c>): the same for a call and its result, different for different calls.</summary>
internal sealed class CallIds
{
    private readonly Dictionary<string, string> _ids = new(StringComparer.Ordinal);
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly FidelityLog _log;

    public CallIds(ChatRequest request, FidelityLog log)
    {
        _log = log;

        // Ids that may stay do so, whatever the others become.
        foreach (var part in request.Turns.SelectMany(static t => t.Parts))
        {
            var id = part switch { ToolCallPart call => call.Id, ToolResultPart result => result.CallId, _ => null };
            if (id is not null && IsGood(id)) _taken.Add(id);
        }
    }

    public string ToProvider(string id, string pointer)
    {
        if (IsGood(id)) return id;
        _log.Apply(Fidelity.CallId, pointer);
        if (_ids.TryGetValue(id, out var known)) return known;
        var clean = id.Length == 0 ? "call" : string.Create(id.Length, id, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = Wire.NameCharacters.Contains(from[i]) ? from[i] : '_';
        });
        var candidate = clean;
        for (var number = 2; !_taken.Add(candidate); number++) candidate = clean + "_" + number.ToString(CultureInfo.InvariantCulture);
        return _ids[id] = candidate;
    }

    private static bool IsGood(string id) => id.Length > 0 && id.AsSpan().IndexOfAnyExcept(Wire.NameCharacters) < 0;
}
