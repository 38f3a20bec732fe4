using System.Buffers;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Protocols.Translators.Completions;

/// <summary>
/// OpenAI's older completions at providers that only chat: each prompt is one turn of a user. Several prompts, or several answers to one,
/// are several calls; one prompt that is answered in a stream is streamed as it comes.
/// </summary>
public sealed class CompletionsTranslator(UpstreamDialect upstream, Operation operation) : OperationTranslator<CompletionsRequest>
{
    private static readonly FidelityRule s_tokens = new("prompt of tokens", FidelityOutcome.Refused, "Only the model that tokens were made for understands them: send the text.");
    private static readonly FidelityRule s_echo = new("echo", FidelityOutcome.Refused, "The log probabilities of a prompt are not known to a model that chats, and its text is the client's already.");
    private static readonly FidelityRule s_suffix = new("suffix", FidelityOutcome.Refused, "A model that chats does not fill a gap.");
    private static readonly FidelityRule s_bestOf = new("best_of", FidelityOutcome.Refused, "Answers that are made and thrown away would have to be paid for: ask for n.");
    private static readonly FidelityRule s_count = new("n", FidelityOutcome.Refused, "Prompts times answers may be 128 together.");
    private static readonly FidelityRule s_prompt = new("prompt", FidelityOutcome.Approximated, "Said as a user's turn: a model that chats answers a text rather than goes on with it.");

    /// <inheritdoc/>
    public override string Name => $"`{upstream.Name}`";

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules { get; } = [s_tokens, s_echo, s_suffix, s_bestOf, s_count, s_prompt, .. upstream.Rules];

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> OwnRules => [s_tokens, s_echo, s_suffix, s_bestOf, s_count, s_prompt];

    /// <inheritdoc/>
    public override string RulesOf => upstream.Name;

    private protected override CompletionsRequest ReadRequest(ReadOnlyMemory<byte> body) => CompletionsRequest.Read(body);

    private protected override Exchange? Prepare(CompletionsRequest asked, string model, FidelityLog log)
    {
        log.Apply(s_prompt, "/prompt");
        if (asked.IsTokens) log.Apply(s_tokens, "/prompt");
        if (asked.Echo) log.Apply(s_echo, "/echo");
        if (asked.HasSuffix) log.Apply(s_suffix, "/suffix");
        if (asked.BestOf > asked.Count) log.Apply(s_bestOf, "/best_of");
        if ((long)asked.Prompts.Count * asked.Count > CompletionsRequest.MostAnswers) log.Apply(s_count, "/n");
        if (log.Refusal is not null) return null;
        var conversations = asked.Prompts.SelectMany(prompt => Enumerable.Repeat(asked.Conversation(prompt), asked.Count)).ToList();
        if (conversations is [{ Stream: true } one]) return new CompletionsExchange(upstream, asked, [], [one]) { Streamed = new(CompletionsClient.Instance, one) };
        var calls = conversations.ConvertAll(chat => Call(chat with { Stream = false, IncludeUsage = false }, model, log));
        return log.Refusal is null ? new CompletionsExchange(upstream, asked, calls, conversations) : null;
    }

    private UpstreamCall Call(ChatRequest chat, string model, FidelityLog log)
    {
        var body = new ArrayBufferWriter<byte>(512);
        upstream.WriteRequest(body, chat, model, log);
        return new UpstreamCall("", body.WrittenMemory) { As = operation };
    }
}
