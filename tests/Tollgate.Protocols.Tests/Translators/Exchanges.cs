using System.Buffers;
using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Translators;

namespace Tollgate.Protocols.Tests.Translators;

/// <summary>A client's request through a translator, without a network.</summary>
internal static class Exchanges
{
    public static (Exchange? Exchange, FidelityLog Log) Ask(this OperationTranslator translator, string body, string model)
    {
        var log = new FidelityLog();
        var exchange = translator.Prepare(translator.Read(Encoding.UTF8.GetBytes(body)), model, log);
        (exchange is null).ShouldBe(log.Refusal is not null);
        foreach (var entry in log.Entries) translator.Rules.ShouldContain(entry.Rule);
        return (exchange, log);
    }

    /// <summary>The bodies of all calls.</summary>
    public static string[] Bodies(this OperationTranslator translator, string body, string model) =>
        [.. translator.Ask(body, model).Exchange!.Calls.Select(c => Encoding.UTF8.GetString(c.Body.Span))];

    public static (string Json, TokenUsage Usage) Fold(this OperationTranslator translator, string body, string model, params string[] answers) =>
        translator.Fold(body, model, [.. answers.Select(a => new UpstreamAnswer(Encoding.UTF8.GetBytes(a)))]);

    public static (string Json, TokenUsage Usage) Fold(this OperationTranslator translator, string body, string model, params UpstreamAnswer[] answers)
    {
        var output = new ArrayBufferWriter<byte>();
        var usage = translator.Ask(body, model).Exchange!.Fold(output, answers, new ExchangeContext("r-1", model, 1_750_000_000));
        return (Encoding.UTF8.GetString(output.WrittenSpan), usage);
    }

    public static UpstreamAnswer Answer(string body, long? inputTokens = null, long? outputTokens = null) =>
        new(Encoding.UTF8.GetBytes(body)) { InputTokens = inputTokens, OutputTokens = outputTokens };
}
