using Tollgate.Protocols;
using static Tollgate.Tests.Telemetry.Sweep.EndpointRow;

namespace Tollgate.Tests.Telemetry.Sweep;

/// <summary>Every endpoint in each of its modes: whole and streamed, relayed and translated, well and failing.</summary>
internal static class EndpointRows
{
    private static readonly string[] Hosts = ["simulator", "openai", "azure-openai", "anthropic", "gcp-anthropic", "aws-anthropic", "aws-bedrock", "gcp-vertex"];
    private static readonly string[] Both = ["input", "output"];

    /// <summary>Operations whose answers can come as events.</summary>
    private static readonly Operation[] Streamed = [Operations.Chat, Operations.Completions, Operations.Messages, Operations.Responses, Operations.ImageGenerations, Operations.ImageEdits, Operations.Speech, Operations.Transcriptions];

    private static readonly (Operation Operation, string[] Hosts, Func<SweepGateway, EndpointRow, Task<int>> Ask)[] TextBodies =
    [
        (Operations.Chat, [.. Hosts, "cohere"], Json("/v1/chat/completions", """{"model":"$model","stream":$stream,"messages":[{"role":"user","content":"count to 7"}]}""")),
        (Operations.Completions, ["simulator", "anthropic", "gcp-vertex"], Json("/v1/completions", """{"model":"$model","stream":$stream,"prompt":"count to 7"}""")),
        (Operations.Messages, Hosts, Json("/anthropic/v1/messages", """{"model":"$model","stream":$stream,"max_tokens":100,"messages":[{"role":"user","content":"count to 7"}]}""")),
        (Operations.Responses, Hosts, Json("/v1/responses", """{"model":"$model","stream":$stream,"input":"count to 7"}""")),
    ];

    // Last: it is made from the others.
    internal static IReadOnlyList<EndpointRow> All { get; } = [.. Texts(), .. Counts(), .. Vectors(), .. Pictures(), .. Sounds(), .. Accounts(), .. Failures()];

    internal static bool Streams(Operation operation) => Streamed.Contains(operation);

    private static IEnumerable<EndpointRow> Texts()
    {
        foreach (var (operation, hosts, ask) in TextBodies)
        {
            foreach (var host in hosts)
            {
                var row = new EndpointRow(operation, host, ask) { Output = 7, Tokens = Told(operation, host) };
                yield return row;
                yield return row.AsStream();
            }
        }
    }

    /// <summary>Each as its own API says it, also where it says nothing but zero.</summary>
    private static string[] Told(Operation operation, string host) => host switch
    {
        "gcp-vertex" => Both,
        "anthropic" or "gcp-anthropic" or "aws-anthropic" or "aws-bedrock" => [.. Both, "cached_input", "cache_creation_input"],
        "simulator" when operation == Operations.Messages => [.. Both, "cached_input", "cache_creation_input"],
        _ => [.. Both, "cached_input", "reasoning"],
    };

    private static IEnumerable<EndpointRow> Counts()
    {
        foreach (var host in (string[])["simulator", "anthropic", "aws-bedrock", "gcp-vertex"])
        {
            yield return new EndpointRow(Operations.CountTokens, host, Json("/anthropic/v1/messages/count_tokens", """{"model":"$model","messages":[{"role":"user","content":"count to 7"}]}""")) { Tokens = ["input"] };
            yield return new EndpointRow(Operations.ResponsesInputTokens, host, Json("/v1/responses/input_tokens", """{"model":"$model","input":"count to 7"}""")) { Tokens = ["input"] };
            yield return new EndpointRow(Operations.Tokenize, host, Json("/tokenize", """{"model":"$model","messages":[{"role":"user","content":"count to 7"}]}""")) { Tokens = ["input"] };
        }
    }

    private static IEnumerable<EndpointRow> Vectors()
    {
        foreach (var host in (string[])["simulator", "azure-openai", "gcp-vertex", "cohere"])
        {
            yield return new EndpointRow(Operations.Embeddings, host, Json("/v1/embeddings", """{"model":"$model","input":"some words"}""")) { Tokens = ["input"] };
        }

        foreach (var host in (string[])["simulator", "cohere"])
        {
            yield return new EndpointRow(Operations.Rerank, host, Json("/cohere/v2/rerank", """{"model":"$model","query":"tolls","documents":["a bridge","a road"]}""")) { Tokens = Both };
        }

        yield return new EndpointRow(Operations.Moderations, "simulator", Json("/v1/moderations", """{"model":"$model","input":"some words"}"""));
    }

    private static IEnumerable<EndpointRow> Pictures()
    {
        var drawn = new EndpointRow(Operations.ImageGenerations, "simulator", Json("/v1/images/generations", """{"model":"$model","stream":$stream,"partial_images":3,"prompt":"a toll gate"}""")) { Tokens = Both, Output = 272 };
        var edited = new EndpointRow(Operations.ImageEdits, "simulator", Form("/v1/images/edits", "image", ("prompt", "a toll gate"))) { Tokens = Both, Output = 272 };
        yield return drawn;
        yield return drawn.AsStream();
        yield return edited;
        yield return edited.AsStream();
        yield return new EndpointRow(Operations.ImageVariations, "simulator", Form("/v1/images/variations", "image")) { Tokens = Both, Output = 272 };
    }

    private static IEnumerable<EndpointRow> Sounds()
    {
        var heard = new EndpointRow(Operations.Transcriptions, "simulator", Form("/v1/audio/transcriptions", "file")) { Tokens = Both };
        yield return heard;
        yield return heard.AsStream();
        yield return new EndpointRow(Operations.Translations, "simulator", Form("/v1/audio/translations", "file")) { Tokens = Both };

        // A sound says nothing of tokens; the realtime API is relayed unread.
        var words = string.Join(' ', Enumerable.Repeat("some words", 30));
        yield return new EndpointRow(Operations.Speech, "simulator", Json("/v1/audio/speech", $$"""{"model":"$model","voice":"alloy","input":"{{words}}"}"""));
        yield return new EndpointRow(Operations.Speech, "simulator", Json("/v1/audio/speech", $$"""{"model":"$model","voice":"alloy","stream_format":"sse","input":"{{words}}"}""")) { Tokens = Both }.AsStream();
        yield return new EndpointRow(Operations.Realtime, "live", static (gateway, row) => gateway.TalkAsync(row)) { Streams = true };
    }

    /// <summary>What names no model, because it is about an account or the gateway itself.</summary>
    private static IEnumerable<EndpointRow> Accounts(string query = "", string? error = null)
    {
        yield return new EndpointRow(Operations.ResponsesStored, "simulator", async (gateway, row) => await Get("/v1/responses/" + await gateway.StoredAsync(row) + query)(gateway, row)) { NamesModel = false, Answerer = null, Error = error };
        yield return new EndpointRow(Operations.Forward, "simulator", Get("/v1/files" + query)) { NamesModel = false, Answerer = null, Error = error };
        yield return new EndpointRow(Operations.AnthropicForward, "simulator", Get("/anthropic/v1/messages/batches" + query)) { NamesModel = false, Answerer = null, Error = error };
        if (error is null) yield return new EndpointRow(Operations.Models, null, Get("/v1/models")) { NamesModel = false };
        if (error is null) yield return new EndpointRow(Operations.AnthropicModels, null, Get("/anthropic/v1/models")) { NamesModel = false };
    }

    /// <summary>Each operation once more, at a provider that cannot answer; streams also at one that breaks off after two tokens.</summary>
    private static IEnumerable<EndpointRow> Failures()
    {
        var asked = (EndpointRow[])[.. Texts(), .. Counts(), .. Vectors(), .. Pictures(), .. Sounds()];
        foreach (var row in asked.DistinctBy(r => (r.Operation, r.Streams)))
        {
            yield return row with { Model = row.Provider == "live" ? "live-broken" : "broken", Error = "provider_error", Tokens = [], Output = null, Answerer = null, HasFirstToken = false };
            if (Streams(row.Operation) && row.Streams) yield return Broken(row);
        }

        foreach (var row in Accounts("?sim=503", "provider_error")) yield return row;
        yield return new EndpointRow(Operations.Models, null, Get("/v1/models/nobody")) { Error = "model_not_found", NamesModel = false };
        yield return new EndpointRow(Operations.AnthropicModels, null, Get("/anthropic/v1/models/nobody")) { Error = "model_not_found", NamesModel = false };
    }

    /// <summary>What a text had used when it broke is estimated; other answers tell their usage at their end, or not at all.</summary>
    private static EndpointRow Broken(EndpointRow row)
    {
        var isText = TextBodies.Any(t => t.Operation == row.Operation);
        return row with
        {
            Model = "breaking",
            Error = "provider_stream_error",
            Tokens = row.Operation == Operations.Messages ? row.Tokens : isText ? Both : [],
            Output = null,
            Answerer = isText ? "sim/error-after-2" : null,
            HasFirstToken = row.Operation != Operations.ImageEdits,
        };
    }
}
