using System.Text.Json;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Limits;

/// <summary>An error as each family's SDK finds it, after its shape was checked member by member.</summary>
internal sealed record ErrorShape(string Type, string Message, string? Code, string? Param)
{
    public const string OpenAI = "/v1/chat/completions";
    public const string Anthropic = "/anthropic/v1/messages";
    public const string AnthropicBare = "/v1/messages";
    public const string Cohere = "/cohere/v2/rerank";

    /// <summary>Reads it in the dialect that clients of <paramref name="path"/> speak.</summary>
    public static ErrorShape Read(string path, string body, HttpResponseMessage response)
    {
        response.Content.Headers.ContentType?.MediaType.ShouldBe("application/json");
        var id = response.Headers.GetValues("x-tollgate-request-id").ShouldHaveSingleItem();
        id.ShouldStartWith("req_");
        var root = JsonDocument.Parse(body).RootElement;
        if (path.StartsWith("/cohere", StringComparison.Ordinal))
        {
            Names(root).ShouldBe(["message", "id"]);
            root.GetProperty("id").GetString().ShouldBe(id);
            return new ErrorShape("", root.GetProperty("message").GetString()!, null, null);
        }

        var error = root.GetProperty("error");
        if (path.Contains("messages", StringComparison.Ordinal) || path.StartsWith("/anthropic", StringComparison.Ordinal))
        {
            Names(root).ShouldBe(["type", "error", "request_id"]);
            Names(error).ShouldBe(["type", "message"]);
            root.GetProperty("type").GetString().ShouldBe("error");
            root.GetProperty("request_id").GetString().ShouldBe(id);
            response.Headers.GetValues("request-id").ShouldBe([id]);
            return new ErrorShape(error.GetProperty("type").GetString()!, error.GetProperty("message").GetString()!, null, null);
        }

        Names(root).ShouldBe(["error", "request_id"]);
        root.GetProperty("request_id").GetString().ShouldBe(id);
        Names(error).ShouldBe(["message", "type", "param", "code"]);
        response.Headers.GetValues("x-request-id").ShouldBe([id]);
        return new ErrorShape(error.GetProperty("type").GetString()!, error.GetProperty("message").GetString()!, error.GetProperty("code").GetString(), error.GetProperty("param").GetString());
    }

    /// <summary>Posts JSON and reads the error that must come back.</summary>
    public static async Task<(int Status, ErrorShape Error)> PostAsync(TestGateway gateway, string path, string json, params (string Name, string Value)[] headers)
    {
        var (status, body, response) = await gateway.PostAsync(path, json, headers);
        using (response) return (status, Read(path, body, response));
    }

    /// <summary>What OpenAI's shape calls <paramref name="openAI"/> in the dialect of <paramref name="path"/>.</summary>
    public void ShouldBeOfType(string path, string openAI, string anthropic, string code)
    {
        if (path.StartsWith("/cohere", StringComparison.Ordinal)) return;
        if (path.Contains("messages", StringComparison.Ordinal)) Type.ShouldBe(anthropic);
        else (Type, Code).ShouldBe((openAI, code));
    }

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(p => p.Name);
}
