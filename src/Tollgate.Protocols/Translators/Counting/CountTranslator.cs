using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>Counts the tokens of a prompt where the provider does it otherwise, or not at all.</summary>
public sealed class CountTranslator : OperationTranslator<CountQuestion>
{
    private readonly CountingClient _client;
    private readonly TokenCounter? _counter;

    private CountTranslator(CountingClient client, TokenCounter? counter) => (_client, _counter) = (client, counter);

    /// <inheritdoc/>
    public override string Name => _counter?.Name ?? "an estimate";

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules => _counter?.Dialect.Rules ?? [];

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> OwnRules => [];

    /// <inheritdoc/>
    public override string? RulesOf => _counter?.Dialect.Name;

    /// <inheritdoc/>
    public override bool IsEstimate => _counter is null;

    /// <summary>At providers with Anthropic's <c>count_tokens</c>.</summary>
    public static CountTranslator ByMessages(CountingClient client) => new(client, new MessagesCounter());

    /// <summary>At Bedrock, by the body of InvokeModel.</summary>
    public static CountTranslator ByInvokeModel(CountingClient client) => new(client, new InvokedMessagesCounter());

    /// <summary>At Bedrock, by that of Converse.</summary>
    public static CountTranslator ByConverse(CountingClient client) => new(client, new ConverseCounter());

    /// <summary>At Vertex AI.</summary>
    public static CountTranslator ByGemini(CountingClient client) => new(client, new GeminiCounter());

    /// <summary>At servers that speak vLLM's <c>/tokenize</c>.</summary>
    public static CountTranslator ByTokenize(CountingClient client) => new(client, new TokenizeCounter());

    /// <summary>By no provider at all: see <see cref="TokenEstimate"/>.</summary>
    public static CountTranslator ByEstimate(CountingClient client) => new(client, null);

    private protected override CountQuestion ReadRequest(ReadOnlyMemory<byte> body) => _client.Read(body);

    private protected override Exchange? Prepare(CountQuestion asked, string model, FidelityLog log)
    {
        if (_counter is null) return new CountExchange(_client, TokenEstimate.Of(asked));
        return _counter.Ask(asked, model, log) is { } call ? new CountExchange(_client, _counter, call) : null;
    }
}

internal sealed class CountExchange : Exchange
{
    private readonly CountingClient _client;
    private readonly TokenCounter? _counter;
    private readonly long _estimate;

    internal CountExchange(CountingClient client, TokenCounter counter, UpstreamCall call)
        : base([call]) => (_client, _counter) = (client, counter);

    internal CountExchange(CountingClient client, long estimate)
        : base([]) => (_client, _estimate) = (client, estimate);

    public override string? Estimated => _counter is null ? _client.Member : null;

    public override TokenUsage Fold(IBufferWriter<byte> output, IReadOnlyList<UpstreamAnswer> answers, ExchangeContext context)
    {
        var count = _counter is null ? _estimate : Wire.Answer(answers[0], _counter.Read) ?? throw new FormatException("It does not say how many tokens there are.");
        using var json = Wire.Writer(output);
        json.WriteStartObject();
        _client.Write(json, count);
        json.WriteEndObject();
        return _counter is null ? default : new TokenUsage { Input = count };
    }
}
