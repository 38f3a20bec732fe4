using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>A message of Converse: what of one or more neighbouring turns can be said.</summary>
internal sealed record Message(Role Role, List<Part> Parts);

/// <summary>Turns as Converse wants them: roles alternate, the user first, nothing empty.</summary>
internal sealed class Conversation(ConverseModel model, FidelityLog log)
{
    private string _place = "";
    private readonly List<Message> _messages = [];

    /// <summary>The messages of a request.</summary>
    public static List<Message> Of(ChatRequest request, ConverseModel model, FidelityLog log)
    {
        var conversation = new Conversation(model, log) { _place = request.PlaceOf(RequestMember.Messages) };
        for (var i = 0; i < request.Turns.Count; i++) conversation.Add(request.Turns[i]);
        conversation.LetUserBegin();
        conversation.PutTextBesideDocuments();
        conversation.CheckEnd();
        if (request.ExtraOf("cache_control") is { } all) conversation.CacheAll(all);
        return conversation._messages;
    }

    private void Add(Turn turn)
    {
        for (var i = 0; i < turn.Parts.Count; i++)
        {
            var part = turn.Parts[i];
            var last = _messages.Count > 0 && _messages[^1].Role == turn.Role ? _messages[^1] : null;
            if (Say(part) is not { } said)
            {
                KeepCache(last, part);
                continue;
            }

            if (last is null) _messages.Add(new Message(turn.Role, [said]));
            else last.Parts.Add(said);
        }
    }

    /// <summary>The part as it can be said; null when it cannot be.</summary>
    private Part? Say(Part part)
    {
        switch (part)
        {
            case TextPart text when string.IsNullOrWhiteSpace(text.Text):
                if (text.Text.Length > 0) log.Apply(ConverseRules.BlankText, part.Pointer);
                return null;
            case TextPart { Annotations.IsEmpty: false }:
                log.Apply(ConverseRules.Annotations, part.Pointer);
                return part;
            case RefusalPart refusal:
                log.Apply(ConverseRules.Refusal, part.Pointer);
                return Say(new TextPart(refusal.Text) { Cache = part.Cache, Pointer = part.Pointer });
            case ReasoningPart reasoning when !IsSigned(reasoning) || !model.MayBeClaude:
                log.Apply(ConverseRules.ForeignReasoning, part.Pointer);
                return null;
            case ToolCallPart { Token: not null }:
                log.Apply(ConverseRules.ForeignToken, part.Pointer);
                return part;
            case OpaquePart { Dialect: not BedrockConverseUpstream.DialectName }:
                log.Apply(ConverseRules.ForeignPart, part.Pointer);
                return null;
            default:
                return part;
        }
    }

    /// <summary>True when the token, and with it the reasoning, is good at Claude. An empty signature is refused there.</summary>
    internal static bool IsSigned(ReasoningPart reasoning) =>
        reasoning.Token is { Minter: AnswerSteps.Minter, Data.Length: > 0, Kind: OpaqueTokenKind.Signature or OpaqueTokenKind.Redacted };

    /// <summary>The prompt up to a part that is left out is the prompt up to the one before it.</summary>
    private void KeepCache(Message? last, Part leftOut)
    {
        if (leftOut.Cache is not { } cache) return;
        if (last is null) log.Apply(ConverseRules.CachePoint, leftOut.Pointer);
        else last.Parts[^1] = last.Parts[^1] with { Cache = last.Parts[^1].Cache ?? cache };
    }

    private void LetUserBegin()
    {
        if (_messages.Count > 0 && _messages[0].Role == Role.User) return;
        log.Apply(ConverseRules.FirstIsUser, _place);
        _messages.Insert(0, new Message(Role.User, [new TextPart("Continue.")]));
    }

    private void CheckEnd()
    {
        if (!model.TakesPrefill && _messages[^1] is { Role: Role.Assistant } end) log.Apply(ConverseRules.Prefill, end.Parts[^1].Pointer);
    }

    private void PutTextBesideDocuments()
    {
        foreach (var message in _messages)
        {
            if (message.Parts.Find(static p => p is DocumentPart) is not { } document || message.Parts.Exists(static p => p is TextPart)) continue;
            log.Apply(ConverseRules.DocumentText, document.Pointer);
            message.Parts.Add(new TextPart("See the document."));
        }
    }

    /// <summary>Anthropic's <c>cache_control</c> of the whole request marks its last block.</summary>
    private void CacheAll(RawJson hint)
    {
        if (!hint.Utf8.Span.StartsWith("{"u8)) return;
        var parts = _messages[^1].Parts;
        parts[^1] = parts[^1] with { Cache = parts[^1].Cache ?? new CacheHint(hint.TextOf("ttl"u8)) };
    }
}
