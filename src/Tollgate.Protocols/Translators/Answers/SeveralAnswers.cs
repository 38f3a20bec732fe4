using System.Buffers;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Protocols.Translators.Answers;

/// <summary>
/// <c>n</c> answers of a provider that writes one: it is asked as often, and the choices are numbered through. What is read is read, and
/// billed, for each of them.
/// </summary>
public sealed class SeveralAnswers : Exchange
{
    /// <summary>The most calls that are made for one request.</summary>
    public const int Most = 8;

    private readonly UpstreamDialect _upstream;
    private readonly ClientDialect _client;
    private readonly ChatRequest _asked;
    private ChatResponse? _whole;
    private FidelityLog? _unsaid;

    /// <param name="upstream">How the provider answers.</param>
    /// <param name="client">How the client is answered.</param>
    /// <param name="asked">What the client asked for.</param>
    /// <param name="call">The call that is made for each answer.</param>
    public SeveralAnswers(UpstreamDialect upstream, ClientDialect client, ChatRequest asked, UpstreamCall call)
        : base([.. Enumerable.Repeat(call, asked?.Count ?? throw new ArgumentNullException(nameof(asked)))]) =>
        (_upstream, _client, _asked) = (upstream, client, asked);

    /// <summary>What the table of a dialect that writes one answer says of it.</summary>
    public static FidelityRule Rule { get; } = new(
        "n of 2 to 8, in one piece", FidelityOutcome.Approximated, "Asked for one by one, where no other backend of the model can be asked for all at once: the prompt is read, and billed, as often.")
    { IsHarmless = true };

    /// <inheritdoc/>
    public override ChatResponse? Whole => _whole;

    /// <inheritdoc/>
    public override FidelityLog? Unsaid => _unsaid;

    /// <summary>True when several answers were asked for that can be got this way.</summary>
    public static bool CanAsk(ChatRequest request, UpstreamDialect upstream)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(upstream);
        return request is { Count: > 1 and <= Most, Stream: false } && upstream.WritesOneAnswer;
    }

    /// <inheritdoc/>
    public override TokenUsage Fold(IBufferWriter<byte> output, IReadOnlyList<UpstreamAnswer> answers, ExchangeContext context)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(context);
        var (whole, usage) = (new ChatResponse(), default(TokenUsage));
        for (var i = 0; i < answers.Count; i++)
        {
            var steps = new List<ChatEvent>();
            _upstream.ReadResponse(answers[i].Body, _asked, steps);
            usage = usage.Plus(Add(whole, steps, i));
        }

        whole.Add(new ChatEvent(ChatEventKind.Usage) { Usage = usage });
        whole.Add(new ChatEvent(ChatEventKind.End));
        var about = new AnswerContext(context.RequestId, context.Model, context.Now, _asked);
        _client.WriteResponse(output, whole, about);
        (_whole, _unsaid) = (whole, about.Log);
        return usage;
    }

    /// <summary>One answer becomes a choice; id, model and what stands beside it are the first one's. Gives what it used.</summary>
    private static TokenUsage Add(ChatResponse whole, List<ChatEvent> steps, int number)
    {
        var one = new ChatResponse();
        foreach (var step in steps)
        {
            one.Add(step);
            var isOfAnswer = step.Kind is ChatEventKind.Start or ChatEventKind.AnswerExtra;
            if (step.Kind is ChatEventKind.Usage or ChatEventKind.End or ChatEventKind.Error || (isOfAnswer && number > 0)) continue;
            whole.Add(step with { Choice = number });
        }

        return one.Error is { } error ? throw new FormatException(error.Text ?? "it is an error") : one.Usage;
    }
}
