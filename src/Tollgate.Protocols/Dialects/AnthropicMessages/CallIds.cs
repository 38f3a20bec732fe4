using System.Globalization;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Ids of calls as the API takes them (<c>^[a-zA-Z0-9_-]+$</c>): the same for a call and its result, different for different calls.</summary>
internal sealed class CallIds
{
    private readonly ChatRequest _request;
    private readonly FidelityLog _log;
    private Dictionary<string, string>? _ids;
    private HashSet<string>? _taken;

    public CallIds(ChatRequest request, FidelityLog log) => (_request, _log) = (request, log);

    public string ToProvider(string id, string pointer)
    {
        if (IsGood(id)) return id;
        _log.Apply(Fidelity.CallId, pointer);
        _ids ??= new(StringComparer.Ordinal);
        _taken ??= Taken();
        if (_ids.TryGetValue(id, out var known)) return known;
        var clean = id.Length == 0 ? "call" : string.Create(id.Length, id, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = Wire.NameCharacters.Contains(from[i]) ? from[i] : '_';
        });
        var candidate = clean;
        for (var number = 2; !_taken.Add(candidate); number++) candidate = clean + "_" + number.ToString(CultureInfo.InvariantCulture);
        return _ids[id] = candidate;
    }

    /// <summary>Ids that may stay do so, whatever the others become.</summary>
    private HashSet<string> Taken()
    {
        var taken = new HashSet<string>(StringComparer.Ordinal);
        foreach (var part in _request.Turns.SelectMany(static t => t.Parts))
        {
            var id = part switch { ToolCallPart call => call.Id, ToolResultPart result => result.CallId, _ => null };
            if (id is not null && IsGood(id)) taken.Add(id);
        }

        return taken;
    }

    private static bool IsGood(string id) => id.Length > 0 && id.AsSpan().IndexOfAnyExcept(Wire.NameCharacters) < 0;
}
