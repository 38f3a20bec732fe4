using System.Text.Json;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>
/// Cohere on InvokeModel, up to 96 texts a call, all for one task. Version 3 has one length; version 4 several, and other words for where
/// it cuts. https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html
/// </summary>
internal sealed class CohereEmbeddings(bool fourth) : EmbeddingGrammar(fourth ? "Cohere Embed v4" : "Cohere Embed v3")
{
    private static readonly long[] s_third = [1024];
    private static readonly long[] s_fourth = [256, 512, 1024, 1536];

    internal override string Verb => "invoke";

    internal override int MostTexts => 96;

    internal override bool SharesTask => true;

    protected override long[] Lengths => fourth ? s_fourth : s_third;

    protected override bool KnowsTask => true;

    protected override bool KnowsTruncate => true;

    internal override bool Knows(string model) =>
        model.Contains("cohere.embed-", StringComparison.Ordinal) && model.Contains("embed-v4", StringComparison.Ordinal) == fourth;

    internal override void Write(Utf8JsonWriter json, EmbeddingsRequest asked, IReadOnlyList<EmbeddingInput> texts)
    {
        json.WriteStartArray("texts"u8);
        foreach (var text in texts) json.WriteStringValue(text.Text);
        json.WriteEndArray();
        json.WriteString("input_type"u8, EmbeddingTask.InputType(texts[0].TaskType));
        if (asked.AutoTruncate is { } truncate) json.WriteString("truncate"u8, !truncate ? "NONE" : fourth ? "RIGHT" : "END");
        json.WriteStartArray("embedding_types"u8);
        json.WriteStringValue("float"u8);
        json.WriteEndArray();
        if (fourth && asked.Dimensions is { } dimensions) json.WriteNumber("output_dimension"u8, dimensions);
    }

    // By type where types were asked for; older deployments answer with the bare list.
    internal override IEnumerable<JsonElement> Vectors(JsonElement answer)
    {
        var embeddings = answer.Member("embeddings");
        return embeddings.ValueKind == JsonValueKind.Array ? embeddings.Items() : embeddings.Member("float").Items();
    }
}
