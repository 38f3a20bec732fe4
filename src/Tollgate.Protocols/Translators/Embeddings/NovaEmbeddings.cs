using System.Text.Json;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>Amazon Nova on InvokeModel, one text a call: https://docs.aws.amazon.com/nova/latest/userguide/embeddings-schema.html</summary>
internal sealed class NovaEmbeddings() : EmbeddingGrammar("Amazon Nova")
{
    private static readonly long[] s_lengths = [256, 384, 1024, 3072];

    internal override string Verb => "invoke";

    protected override long[] Lengths => s_lengths;

    protected override bool KnowsTask => true;

    protected override bool KnowsTruncate => true;

    internal override bool Knows(string model) =>
        model.Contains("amazon.nova", StringComparison.Ordinal) && model.Contains("embed", StringComparison.Ordinal);

    internal override void Write(Utf8JsonWriter json, EmbeddingsRequest asked, IReadOnlyList<EmbeddingInput> texts)
    {
        json.WriteString("schemaVersion"u8, "nova-multimodal-embed-v1"u8);
        json.WriteString("taskType"u8, "SINGLE_EMBEDDING"u8);
        json.WriteStartObject("singleEmbeddingParams"u8);
        json.WriteString("embeddingPurpose"u8, EmbeddingTask.Purpose(texts[0].TaskType));
        if (asked.Dimensions is { } dimensions) json.WriteNumber("embeddingDimension"u8, dimensions);
        json.WriteStartObject("text"u8);
        json.WriteString("truncationMode"u8, asked.AutoTruncate == true ? "END"u8 : "NONE"u8);
        json.WriteString("value"u8, texts[0].Text);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    internal override IEnumerable<JsonElement> Vectors(JsonElement answer) => answer.Member("embeddings").Items().Select(e => e.Member("embedding"));
}
