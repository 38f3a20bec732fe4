using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>
/// The turns as the API wants them: roles take turns, a user begins, results of calls come first in the turn after the calls, and
/// nothing is empty.
/// </summary>
internal sealed class MessageOrder(ModelTraits model, FidelityLog log)
{
    // Says as little as a turn can.
    private static readonly TextPart Opening = new(".");

    public List<Turn> Arrange(IReadOnlyList<Turn> turns)
    {
        var arranged = new List<(Role Role, List<Part> Parts)>(turns.Count + 1);
        for (var i = 0; i < turns.Count; i++)
        {
            var turn = turns[i];
            var parts = Kept(turn);
            if (parts.Count == 0) continue;
            if (arranged is [.., var last] && last.Role == turn.Role) last.Parts.AddRange(parts);
            else arranged.Add((turn.Role, parts));
        }

        if (arranged is [] or [{ Role: Role.Assistant }, ..])
        {
            log.Apply(Fidelity.Opening, "/messages/0");
            arranged.Insert(0, (Role.User, [Opening]));
        }

        if (arranged is [.., { Role: Role.Assistant } end])
        {
            if (!model.TakesPrefill) log.Apply(Fidelity.PrefillRefused, end.Parts[^1].Pointer);
            TrimEnd(end.Parts);
        }

        var order = new List<Turn>(arranged.Count);
        foreach (var (role, parts) in arranged) order.Add(new Turn(role, role == Role.User ? ResultsFirst(parts) : parts));
        return order;
    }

    private List<Part> Kept(Turn turn)
    {
        var kept = new List<Part>(turn.Parts.Count);
        var speaks = Speaks(turn.Parts);
        for (var i = 0; i < turn.Parts.Count; i++)
        {
            // White space beside words separates them, and is taken; alone it is refused.
            var part = turn.Parts[i];
            if ((speaks && part is TextPart { Text.Length: > 0, Cache: null }) || Keep(part, turn.Role)) kept.Add(part);
        }

        return kept;
    }

    private static bool Speaks(IReadOnlyList<Part> parts)
    {
        for (var i = 0; i < parts.Count; i++)
        {
            if (parts[i] is TextPart { Text: var text } && !string.IsNullOrWhiteSpace(text)) return true;
        }

        return false;
    }

    /// <summary>False for parts that the API would refuse, or could not understand.</summary>
    public bool Keep(Part part, Role role)
    {
        var lost = part switch
        {
            TextPart { Text: var text } => string.IsNullOrWhiteSpace(text) ? Fidelity.Blank : null,
            RefusalPart { Text: var text } => string.IsNullOrWhiteSpace(text) ? Fidelity.Blank : null,
            ReasoningPart { Token.Minter: not Wire.Minter } or ReasoningPart { Token: null } or ReasoningPart { Token.Data: "" } => Fidelity.ForeignReasoning,
            OpaquePart { Dialect: not Wire.Dialect } => Fidelity.Opaque,
            MediaPart or DocumentPart when role == Role.Assistant => Fidelity.AssistantMedia,
            _ => null,
        };
        if (lost is null) return true;
        if (part is TextPart { Text: "", Cache: null } or RefusalPart { Text: "" }) return false;
        log.Apply(lost, part.Pointer);
        if (part.Cache is not null) log.Apply(Fidelity.CacheHint, part.Pointer);
        return false;
    }

    /// <summary>Words put into the model's mouth must not end with white space, or the API refuses them.</summary>
    private void TrimEnd(List<Part> parts)
    {
        while (parts is [.., TextPart text] && char.IsWhiteSpace(text.Text[^1]))
        {
            log.Apply(Fidelity.Prefill, text.Pointer);
            var rest = text.Text.TrimEnd();
            parts.RemoveAt(parts.Count - 1);
            if (rest.Length > 0) parts.Add(text with { Text = rest });
        }
    }

    private static List<Part> ResultsFirst(List<Part> parts) => !parts.Exists(static p => p is ToolResultPart)
        ? parts
        : [.. parts.Where(static p => p is ToolResultPart), .. parts.Where(static p => p is not ToolResultPart)];
}
