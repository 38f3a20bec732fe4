using System.Buffers;
using System.Globalization;
using System.Text;

namespace Tollgate.Protocols.Chat;

/// <summary>
/// Names of tools as a provider takes them, and back. A name that breaks the provider's rules is replaced by one that keeps them; which it
/// is follows from the request alone, so that the reader of the answer finds the same as the writer of the request.
/// </summary>
public sealed class ToolNames
{
    // Most requests have no tools, and then there is nothing to keep.
    private Dictionary<string, string>? _toProvider;
    private Dictionary<string, string>? _toClient;
    private readonly SearchValues<char> _allowed;
    private readonly SearchValues<char>? _first;
    private readonly int _longest;

    /// <param name="request">Its tools, and the calls in its turns.</param>
    /// <param name="allowed">Characters that the provider takes.</param>
    /// <param name="longest">Longest name that it takes.</param>
    /// <param name="first">Characters that it takes at the beginning, when not all of the allowed ones.</param>
    public ToolNames(ChatRequest request, SearchValues<char> allowed, int longest, SearchValues<char>? first = null)
    {
        (_allowed, _longest, _first) = (allowed, longest, first);

        // Names that may stay do so, whatever the others become.
        List<string>? others = null;
        for (var i = 0; i < request.Tools.Count; i++) Note(request.Tools[i].Name, ref others);
        for (var i = 0; i < request.Turns.Count; i++)
        {
            var parts = request.Turns[i].Parts;
            for (var j = 0; j < parts.Count; j++)
            {
                if (parts[j] is ToolCallPart call) Note(call.Name, ref others);
            }
        }

        if (others is null) return;
        foreach (var name in others) Add(name);
    }

    /// <summary>The provider's name of a tool. Names that the request does not hold are returned as they are.</summary>
    public string ToProvider(string name) => _toProvider?.GetValueOrDefault(name, name) ?? name;

    /// <summary>The client's name of a tool.</summary>
    public string ToClient(string name) => _toClient?.GetValueOrDefault(name, name) ?? name;

    /// <summary>True when every name is the same on both sides.</summary>
    public bool IsIdentity => _toProvider?.All(pair => pair.Key == pair.Value) != false;

    private bool IsGood(string name) =>
        name.Length > 0 && name.Length <= _longest && name.AsSpan().IndexOfAnyExcept(_allowed) < 0 && _first?.Contains(name[0]) != false;

    private void Note(string name, ref List<string>? others)
    {
        if (!IsGood(name))
        {
            if (others?.Contains(name) != true) (others ??= []).Add(name);
            return;
        }

        (_toProvider ??= new(StringComparer.Ordinal))[name] = name;
        (_toClient ??= new(StringComparer.Ordinal))[name] = name;
    }

    private void Add(string name)
    {
        _toProvider ??= new(StringComparer.Ordinal);
        _toClient ??= new(StringComparer.Ordinal);
        var clean = new StringBuilder(name.Length);
        foreach (var c in name) clean.Append(_allowed.Contains(c) ? c : '_');
        if (clean.Length == 0 || !char.IsAsciiLetter(clean[0])) clean.Insert(0, "t_");
        for (var number = 1; ; number++)
        {
            var suffix = number == 1 ? "" : "_" + number.ToString(CultureInfo.InvariantCulture);
            var candidate = clean.ToString(0, Math.Min(clean.Length, _longest - suffix.Length)) + suffix;
            if (!_toClient.TryAdd(candidate, name)) continue;
            _toProvider[name] = candidate;
            return;
        }
    }
}
