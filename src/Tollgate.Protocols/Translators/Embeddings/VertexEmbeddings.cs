using System.Text.Json;

namespace Tollgate.Protocols.Translators.Embeddings;

/// <summary>
/// Vertex AI's <c>:predict</c>: up to 250 texts a call, of <c>gemini-embedding-001</c> one.
/// https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/text-embeddings-api
/// </summary>
internal sealed class VertexPredictEmbeddings(bool single) : EmbeddingGrammar("Vertex AI")
{
    internal override string Verb => ":predict";

    internal override int MostTexts => single ? 1 : 250;

    protected override bool KnowsTask => true;

    protected override bool KnowsTitle => true;

    protected override bool KnowsTruncate => true;

    internal override bool Knows(string model) => model.Contains("gemini-embedding-001", StringComparison.Ordinal) == single;

    internal override void Write(Utf8JsonWriter json, EmbeddingsRequest asked, IReadOnlyList<EmbeddingInput> texts)
    {
        json.WriteStartArray("instances"u8);
        foreach (var input in texts)
        {
            json.WriteStartObject();
            json.WriteString("content"u8, input.Text);
            if (input.TaskType is not null) json.WriteString("task_type"u8, input.TaskType);
            if (input.Title is not null) json.WriteString("title"u8, input.Title);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (asked.Dimensions is null && asked.AutoTruncate is null) return;
        json.WriteStartObject("parameters"u8);
        if (asked.Dimensions is { } dimensions) json.WriteNumber("outputDimensionality"u8, dimensions);
        if (asked.AutoTruncate is { } truncate) json.WriteBoolean("autoTruncate"u8, truncate);
        json.WriteEndObject();
    }

    internal override IEnumerable<JsonElement> Vectors(JsonElement answer) =>
        answer.Member("predictions").Items().Select(p => p.Member("embeddings").Member("values"));

    internal override long? Tokens(JsonElement answer, UpstreamAnswer whole)
    {
        var counts = answer.Member("predictions").Items().Select(p => p.Member("embeddings").Member("statistics").Member("token_count").Count()).ToList();
        return counts.Contains(null) ? null : counts.Sum();
    }
}

/// <summary>Vertex AI's <c>:embedContent</c>, which the later <c>gemini-embedding</c> models have in its place: one text a call.</summary>
internal sealed class VertexContentEmbeddings() : EmbeddingGrammar("Gemini")
{
    internal override string Verb => ":embedContent";

    protected override bool KnowsTask => true;

    protected override bool KnowsTitle => true;

    protected override bool KnowsTruncate => true;

    internal override bool Knows(string model) =>
        model.Contains("gemini", StringComparison.Ordinal) && !model.Contains("gemini-embedding-001", StringComparison.Ordinal);

    internal override void Write(Utf8JsonWriter json, EmbeddingsRequest asked, IReadOnlyList<EmbeddingInput> texts)
    {
        json.WriteStartObject("content"u8);
        json.WriteStartArray("parts"u8);
        json.WriteStartObject();
        json.WriteString("text"u8, texts[0].Text);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        if (asked.Dimensions is null && asked.AutoTruncate is null && texts[0] is { TaskType: null, Title: null }) return;
        json.WriteStartObject("embedContentConfig"u8);
        if (asked.Dimensions is { } dimensions) json.WriteNumber("outputDimensionality"u8, dimensions);
        if (texts[0].TaskType is { } task) json.WriteString("taskType"u8, task);
        if (texts[0].Title is { } title) json.WriteString("title"u8, title);
        if (asked.AutoTruncate is { } truncate) json.WriteBoolean("autoTruncate"u8, truncate);
        json.WriteEndObject();
    }

    internal override IEnumerable<JsonElement> Vectors(JsonElement answer) => [answer.Member("embedding").Member("values")];

    internal override long? Tokens(JsonElement answer, UpstreamAnswer whole) => answer.Member("usageMetadata").Member("promptTokenCount").Count();
}
