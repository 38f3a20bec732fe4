using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Rerank;

/// <summary>Cohere's rerank at providers with an API of their own.</summary>
public sealed class RerankTranslator : OperationTranslator<RerankRequest>
{
    private static readonly FidelityRule s_fields = new("rank_fields", FidelityOutcome.Refused, "Documents are texts there: send the text that is to be ranked.");
    private static readonly FidelityRule s_model = new("model", FidelityOutcome.Refused, "It is not a family of ranking models that the gateway knows there.");

    private readonly RerankGrammar[] _grammars;

    private RerankTranslator(string name, params RerankGrammar[] grammars) => (Name, _grammars) = (name, grammars);

    /// <summary>InvokeModel.</summary>
    public static RerankTranslator Bedrock { get; } = new("InvokeModel (Cohere Rerank, Amazon Rerank)", new BedrockRerank(amazon: false), new BedrockRerank(amazon: true));

    /// <summary>Jina's <c>/rerank</c>, also vLLM's and llama.cpp's.</summary>
    public static RerankTranslator Jina { get; } = new("Jina's rerank", new JinaRerank());

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules => [.. _grammars.SelectMany(g => g.Rules), s_fields, s_model];

    private protected override RerankRequest ReadRequest(ReadOnlyMemory<byte> body) => RerankRequest.Read(body);

    private protected override Exchange? Prepare(RerankRequest asked, string model, FidelityLog log)
    {
        if (asked.HasRankFields) log.Apply(s_fields, "/rank_fields");
        var grammar = Array.Find(_grammars, g => g.Knows(model));
        if (grammar is null) log.Apply(s_model, "/model");
        return log.Refusal is null ? new RerankExchange(grammar!, asked, grammar!.Ask(asked, model, log)) : null;
    }
}

/// <summary>One call; the answer in Cohere's shape, best first.</summary>
internal sealed class RerankExchange(RerankGrammar grammar, RerankRequest asked, UpstreamCall call) : Exchange([call])
{
    public override TokenUsage Fold(IBufferWriter<byte> output, IReadOnlyList<UpstreamAnswer> answers, ExchangeContext context) => Wire.Answer(answers[0], root =>
    {
        var usage = grammar.Usage(root, answers[0], asked);
        using var json = Wire.Writer(output);
        json.WriteStartObject();
        json.WriteString("id"u8, root.Member("id").Text() ?? context.RequestId);
        WriteResults(json, root);
        WriteMeta(json, usage);
        json.WriteEndObject();
        return usage;
    });

    private void WriteResults(Utf8JsonWriter json, JsonElement root)
    {
        var results = root.Member("results");
        if (results.ValueKind != JsonValueKind.Array) throw new FormatException("It has no results.");
        json.WriteStartArray("results"u8);
        foreach (var (index, score) in results.EnumerateArray().Select(Read).OrderByDescending(r => r.Score.GetDouble()).Take((int)Math.Min(asked.Top ?? asked.Documents.Count, asked.Documents.Count)))
        {
            json.WriteStartObject();
            json.WriteNumber("index"u8, index);
            json.WritePropertyName("relevance_score"u8);
            score.WriteTo(json);
            if (asked.ReturnsDocuments)
            {
                json.WriteStartObject("document"u8);
                json.WriteString("text"u8, asked.Documents[index]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private (int Index, JsonElement Score) Read(JsonElement result)
    {
        var (index, score) = (result.Member("index").Count(), result.Member("relevance_score"));
        return index >= 0 && index < asked.Documents.Count && score.ValueKind == JsonValueKind.Number
            ? ((int)index, score) : throw new FormatException("A result has no score, or is about a document that was not sent.");
    }

    private static void WriteMeta(Utf8JsonWriter json, TokenUsage usage)
    {
        json.WriteStartObject("meta"u8);
        json.WriteStartObject("api_version"u8);
        json.WriteString("version"u8, "2"u8);
        json.WriteEndObject();
        if (usage.SearchUnits is { } searches)
        {
            json.WriteStartObject("billed_units"u8);
            json.WriteNumber("search_units"u8, searches);
            json.WriteEndObject();
        }

        if (usage.Input is { } input)
        {
            json.WriteStartObject("tokens"u8);
            json.WriteNumber("input_tokens"u8, input);
            json.WriteNumber("output_tokens"u8, 0);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
