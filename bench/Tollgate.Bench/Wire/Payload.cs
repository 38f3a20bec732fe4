using System.Globalization;
using System.Text;

namespace Tollgate.Bench.Wire;

/// <summary>The bytes that go over the wire, made once: nothing is rendered while something is measured.</summary>
internal static class Payload
{
    internal const string Model = "bench-model";

    private const string Filler = "The quick brown fox said \\\"no\\\" and jumped over the lazy dog;\\n then it rained for a while. ";

    // What the official clients send beyond the necessary.
    private const string ClientHeaders =
        "x-stainless-lang: js\r\nx-stainless-package-version: 6.1.0\r\nx-stainless-os: Linux\r\nx-stainless-arch: x64\r\n" +
        "x-stainless-runtime: node\r\nx-stainless-runtime-version: v22.11.0\r\nx-stainless-retry-count: 0\r\nx-stainless-timeout: 600\r\n";

    // What OpenAI answers beyond the necessary.
    private const string ProviderHeaders =
        "x-request-id: req_0123456789abcdef0123456789abcdef\r\nopenai-processing-ms: 412\r\nopenai-version: 2020-10-01\r\n" +
        "x-ratelimit-remaining-requests: 9999\r\nx-ratelimit-remaining-tokens: 149984\r\n";

    private static readonly string Chunk =
        "data: {\"id\":\"chatcmpl-bench0123456789\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"bench-model-2025\"," +
        "\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"logprobs\":null,\"finish_reason\":null}]}\n\n";

    /// <summary>A chat request of exactly <paramref name="length"/> bytes.</summary>
    internal static byte[] Body(int length, bool stream, string model = Model, string members = "")
    {
        var start = $"{{\"model\":\"{model}\",{(stream ? "\"stream\":true," : "")}{members}\"messages\":[{{\"role\":\"user\",\"content\":\"";
        const string End = "\"}],\"temperature\":0.2}";
        var text = new StringBuilder(start);
        while (text.Length + Filler.Length + End.Length <= length) text.Append(Filler);
        text.Append('.', length - text.Length - End.Length).Append(End);
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>The same with its head, ready to be sent.</summary>
    internal static byte[] Request(int bodyLength, bool stream, bool clientHeaders, string key = "bench") =>
        Request(ClientForm.OpenAI with { Key = key }, Body(bodyLength, stream), clientHeaders);

    /// <summary>A request for an answer of this shape.</summary>
    internal static byte[] Request(ClientForm form, AnswerShape shape, int bodyLength = 1024, bool clientHeaders = false) =>
        Request(form, Body(bodyLength, shape.IsStream(), form.Models + shape.Model(), form.Members), clientHeaders);

    private static byte[] Request(ClientForm form, byte[] body, bool clientHeaders)
    {
        var head = $"POST {form.Path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {form.Key}\r\naccept: application/json\r\nuser-agent: OpenAI/JS 6.1.0\r\n"
            + form.Headers + (clientHeaders ? ClientHeaders : "")
            + $"content-type: application/json\r\ncontent-length: {Text(body.Length)}\r\n\r\n";
        return [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    /// <summary>The body of a whole answer: about 600 bytes with its text once.</summary>
    internal static string ChatAnswer(int times) =>
        "{\"id\":\"chatcmpl-bench0123456789\",\"object\":\"chat.completion\",\"created\":1760000000,\"model\":\"bench-model-2025\","
        + "\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"" + string.Concat(Enumerable.Repeat(Filler + Filler, times)) + "\",\"refusal\":null,\"annotations\":[]},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
        + "\"usage\":{\"prompt_tokens\":212,\"completion_tokens\":41,\"total_tokens\":253,\"prompt_tokens_details\":{\"cached_tokens\":0}},\"service_tier\":\"default\"}";

    /// <summary>An answer with this body.</summary>
    internal static byte[] Answer(string body)
    {
        var head = $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{ProviderHeaders}content-length: {Text(body.Length)}\r\n\r\n";
        return Encoding.ASCII.GetBytes(head + body);
    }

    /// <summary>A streamed answer: the head with the first event, then an event each; every one an HTTP chunk of its own.</summary>
    internal static byte[][] Streamed(string contentType, IEnumerable<byte[]> events)
    {
        var head = $"HTTP/1.1 200 OK\r\ncontent-type: {contentType}\r\n{ProviderHeaders}transfer-encoding: chunked\r\n\r\n";
        byte[][] parts = [.. events.Select(e => (byte[])[.. Encoding.ASCII.GetBytes($"{e.Length.ToString("x", CultureInfo.InvariantCulture)}\r\n"), .. e, .. "\r\n"u8])];
        parts[0] = [.. Encoding.ASCII.GetBytes(head), .. parts[0]];
        parts[^1] = [.. parts[^1], .. "0\r\n\r\n"u8];
        return parts;
    }

    /// <summary>The frames of a chat stream: content, the reason it stopped, usage, the end mark.</summary>
    internal static IEnumerable<string> Events(int count)
    {
        for (var i = 0; i < count - 3; i++) yield return Chunk;
        yield return Chunk.Replace("{\"content\":\" token\"}", "{}", StringComparison.Ordinal).Replace("\"finish_reason\":null", "\"finish_reason\":\"stop\"", StringComparison.Ordinal);
        yield return "data: {\"id\":\"chatcmpl-bench0123456789\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,\"model\":\"bench-model-2025\",\"choices\":[],\"usage\":{\"prompt_tokens\":212,\"completion_tokens\":47,\"total_tokens\":259}}\n\n";
        yield return "data: [DONE]\n\n";
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
