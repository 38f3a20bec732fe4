using System.Text;
using System.Text.Json;

namespace Tollgate.Conformance.Tests.Replays;

/// <summary>One HTTP exchange with a real provider, as go-vcr wrote it down.</summary>
internal sealed record Recording
{
    public required string Name { get; init; }

    public required Uri Url { get; init; }

    public required IReadOnlyList<(string Name, string Value)> RequestHeaders { get; init; }

    public required byte[] RequestBody { get; init; }

    public required int Status { get; init; }

    public required IReadOnlyList<(string Name, string Value)> ResponseHeaders { get; init; }

    public required byte[] ResponseBody { get; init; }

    public bool IsAnthropic => Url.Host.Contains("anthropic", StringComparison.Ordinal);

    public bool IsStream => Header(ResponseHeaders, "content-type")!.StartsWith("text/event-stream", StringComparison.Ordinal);

    public string RequestContentType => Header(RequestHeaders, "content-type")!;

    public string ResponseContentType => Header(ResponseHeaders, "content-type")!;

    /// <summary>True when the caller did not ask for usage in a stream that can have it.</summary>
    public bool LacksUsageRequest =>
        IsStream
        && (Url.AbsolutePath.EndsWith("/chat/completions", StringComparison.Ordinal) || Url.AbsolutePath.EndsWith("/completions", StringComparison.Ordinal))
        && !JsonDocument.Parse(RequestBody).RootElement.TryGetProperty("stream_options", out _);

    /// <summary>The same exchange with a usage chunk before the end mark, as the provider sends it when it is asked to.</summary>
    public Recording WithUsageChunk(string usage)
    {
        const string End = "data: [DONE]\n\n";
        var body = Encoding.UTF8.GetString(ResponseBody);
        body.ShouldEndWith(End, Case.Sensitive, Name);
        var chunk = $$"""data: {"id":"added","object":"chat.completion.chunk","created":1,"model":"added","choices":[],"usage":{{usage}}}""" + "\n\n";
        return this with { ResponseBody = Encoding.UTF8.GetBytes(body[..^End.Length] + chunk + End) };
    }

    private static string? Header(IReadOnlyList<(string Name, string Value)> headers, string name) =>
        headers.FirstOrDefault(h => h.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
