using System.Buffers;
using System.Text;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.GeminiGenerate;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

/// <summary>Requests for tests, and how they are written.</summary>
internal static class Asking
{
    public const string Modern = "gemini-2.5-flash";
    public const string Old = "gemini-2.0-flash";
    public const string Three = "gemini-3-pro-preview";

    public static ChatRequest Request(params Turn[] turns) => new() { Dialect = "openai.chat", Turns = turns };

    public static ChatRequest Hi => Request(User("hi"));

    public static Turn User(string text) => new(Role.User, [new TextPart(text)]);

    public static Turn User(params Part[] parts) => new(Role.User, parts);

    public static Turn Model(params Part[] parts) => new(Role.Assistant, parts);

    public static OpaqueToken Signed(string data) => new("gemini", OpaqueTokenKind.Signature, data);

    public static KeyValuePair<string, RawJson> Extra(string name, string json) => new(name, RawJson.From(json));

    public static Tool Function(string name, string schema = """{"type":"object","properties":{"city":{"type":"string"}}}""") =>
        new(name, null, RawJson.From(schema));

    public static (string Json, FidelityLog Log) Write(ChatRequest request, string model)
    {
        var output = new ArrayBufferWriter<byte>();
        var log = new FidelityLog();
        GeminiGenerateUpstream.Instance.WriteRequest(output, request, model, log);
        return (Encoding.UTF8.GetString(output.WrittenSpan), log);
    }

    /// <summary>Writes the request, and compares it with what is expected of it: the same JSON, in the same order.</summary>
    public static void ShouldBecome(this ChatRequest request, string model, string expected, params string[] fields)
    {
        var (json, log) = Write(request, model);
        Tight(json).ShouldBe(Tight(expected));
        log.Entries.Select(e => e.Rule.Field).ShouldBe(fields);
    }

    /// <summary>One member of the request as it is written; empty when there is none.</summary>
    public static string Member(this ChatRequest request, string model, string name)
    {
        using var document = JsonDocument.Parse(Write(request, model).Json);
        return document.RootElement.TryGetProperty(name, out var member) ? member.GetRawText() : "";
    }

    /// <summary>JSON without the blanks that make it readable.</summary>
    public static string Tight(string json)
    {
        using var document = JsonDocument.Parse(json);
        var output = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            document.RootElement.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
