using System.Text.Json;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>
/// Amazon Titan on InvokeModel, one text a call: Text v1 and G1 take the text alone, Text v2 a length and whether to normalise.
/// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html
/// </summary>
internal sealed class TitanTextEmbeddings(bool second) : EmbeddingGrammar(second ? "Titan Text v2" : "Titan Text v1")
{
    private static readonly long[] s_first = [1536];
    private static readonly long[] s_second = [256, 512, 1024];

    internal override string Verb => "invoke";

    protected override long[] Lengths => second ? s_second : s_first;

    protected override bool KnowsNormalize => second;

    internal override bool Knows(string model) =>
        model.Contains("amazon.titan-embed", StringComparison.Ordinal)
        && !model.Contains("image", StringComparison.Ordinal)
        && model.Contains("text-v2", StringComparison.Ordinal) == second;

    internal override void Write(Utf8JsonWriter json, EmbeddingsRequest asked, IReadOnlyList<EmbeddingInput> texts)
    {
        json.WriteString("inputText"u8, texts[0].Text);
        if (!second) return; // it refuses every other member
        if (asked.Dimensions is { } dimensions) json.WriteNumber("dimensions"u8, dimensions);
        if (asked.Normalize is { } normalize) json.WriteBoolean("normalize"u8, normalize);
    }

    internal override IEnumerable<JsonElement> Vectors(JsonElement answer) => [answer.Member("embedding")];

    internal override long? Tokens(JsonElement answer, UpstreamAnswer whole) => answer.Member("inputTextTokenCount").Count() ?? whole.InputTokens;
}

/// <summary>
/// Amazon Titan Multimodal, with a text alone.
/// https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html
/// </summary>
internal sealed class TitanMultimodalEmbeddings() : EmbeddingGrammar("Titan Multimodal")
{
    private static readonly long[] s_lengths = [256, 384, 1024];

    internal override string Verb => "invoke";

    protected override long[] Lengths => s_lengths;

    internal override bool Knows(string model) => model.Contains("amazon.titan-embed-image", StringComparison.Ordinal);

    internal override void Write(Utf8JsonWriter json, EmbeddingsRequest asked, IReadOnlyList<EmbeddingInput> texts)
    {
        json.WriteString("inputText"u8, texts[0].Text);
        if (asked.Dimensions is not { } dimensions) return;
        json.WriteStartObject("embeddingConfig"u8);
        json.WriteNumber("outputEmbeddingLength"u8, dimensions);
        json.WriteEndObject();
    }

    internal override IEnumerable<JsonElement> Vectors(JsonElement answer) => [answer.Member("embedding")];

    internal override long? Tokens(JsonElement answer, UpstreamAnswer whole) => answer.Member("inputTextTokenCount").Count() ?? whole.InputTokens;
}
