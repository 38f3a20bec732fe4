namespace Tollgate.Protocols.Chat;

/// <summary>Something beside an answer that the form has no place for.</summary>
/// <param name="Dialect">Whose grammar it is in.</param>
/// <param name="Name">What the dialect calls it: a member, or the type of a block.</param>
/// <param name="Json">Its value as it was written.</param>
public readonly record struct AnswerExtra(string Dialect, string Name, RawJson Json)
{
    /// <summary>Of an event of kind <see cref="ChatEventKind.AnswerExtra"/> or <see cref="ChatEventKind.ChoiceExtra"/>.</summary>
    public static AnswerExtra Of(in ChatEvent step) => new(step.Id ?? "", step.Name ?? "", step.Json);

    /// <summary>The event that says it of the whole answer.</summary>
    public ChatEvent OfAnswer() => new(ChatEventKind.AnswerExtra) { Id = Dialect, Name = Name, Json = Json };

    /// <summary>The event that says it of one choice.</summary>
    public ChatEvent OfChoice(int choice) => new(ChatEventKind.ChoiceExtra) { Id = Dialect, Name = Name, Json = Json, Choice = choice };
}
