using System.Text;
using System.Text.Json;

namespace Tollgate.Tests.Translation;

/// <summary>An answer as a client of OpenAI's or Anthropic's dialect understands it.</summary>
internal sealed record ClientAnswer(string Text, string? Finish, string? Model, long Input, long Output)
{
    /// <summary>Message of the error inside a stream; null when there was none.</summary>
    public string? Error { get; init; }

    /// <summary>True when the stream says that it is whole.</summary>
    public bool IsWhole { get; init; }

    public static ClientAnswer Read(string path, string body, bool stream = false)
    {
        if (stream) return path == Cell.OpenAI ? Chunks(body) : path == Cell.Responses ? Steps(body) : Events(body);
        if (path == Cell.Responses) return Response(JsonDocument.Parse(body).RootElement);
        var root = JsonDocument.Parse(body).RootElement;
        var usage = root.GetProperty("usage");
        var model = root.GetProperty("model").GetString();
        root.GetProperty("id").GetString().ShouldNotBeNullOrEmpty();
        if (path != Cell.OpenAI)
        {
            root.GetProperty("type").GetString().ShouldBe("message");
            return new(root.GetProperty("content")[0].GetProperty("text").GetString()!, root.GetProperty("stop_reason").GetString(), model, Number(usage, "input_tokens"), Number(usage, "output_tokens"));
        }

        root.GetProperty("object").GetString().ShouldBe("chat.completion");
        var choice = root.GetProperty("choices")[0];
        return new(choice.GetProperty("message").GetProperty("content").GetString()!, choice.GetProperty("finish_reason").GetString(), model, Number(usage, "prompt_tokens"), Number(usage, "completion_tokens"));
    }

    private static ClientAnswer Response(JsonElement response)
    {
        response.GetProperty("object").GetString().ShouldBe("response");
        response.GetProperty("id").GetString().ShouldNotBeNull().ShouldStartWith("resp_");
        var usage = response.GetProperty("usage");
        var text = response.GetProperty("output").EnumerateArray().SelectMany(i => i.GetProperty("content").EnumerateArray()).Select(p => p.GetProperty("text").GetString());
        return new(string.Concat(text), response.GetProperty("status").GetString(), response.GetProperty("model").GetString(), Number(usage, "input_tokens"), Number(usage, "output_tokens"));
    }

    private static ClientAnswer Steps(string body)
    {
        var text = new StringBuilder();
        var answer = new ClientAnswer("", null, null, 0, 0);
        var count = 0;
        foreach (var frame in Frames(body))
        {
            answer.IsWhole.ShouldBeFalse("nothing follows the end");
            answer.Error.ShouldBeNull("nothing follows an error");
            var lines = frame.Split('\n');
            var step = JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement;
            var type = step.GetProperty("type").GetString()!;
            lines[0].ShouldBe("event: " + type);
            step.GetProperty("sequence_number").GetInt32().ShouldBe(count++);
            if (type == "response.output_text.delta") text.Append(step.GetProperty("delta").GetString());
            if (type == "response.completed") answer = Response(step.GetProperty("response")) with { IsWhole = true };
            if (type == "response.failed") answer = answer with { Error = step.GetProperty("response").GetProperty("error").GetProperty("message").GetString() };
        }

        if (answer.IsWhole) text.ToString().ShouldBe(answer.Text);
        return answer with { Text = text.ToString() };
    }

    private static ClientAnswer Chunks(string body)
    {
        var text = new StringBuilder();
        var answer = new ClientAnswer("", null, null, 0, 0);
        foreach (var frame in Frames(body))
        {
            answer.IsWhole.ShouldBeFalse("nothing follows the end");
            answer.Error.ShouldBeNull("nothing follows an error");
            frame.ShouldStartWith("data: ");
            if (frame == "data: [DONE]")
            {
                answer = answer with { IsWhole = true };
                continue;
            }

            var chunk = JsonDocument.Parse(frame["data: ".Length..]).RootElement;
            if (chunk.TryGetProperty("error", out var error))
            {
                answer = answer with { Error = error.GetProperty("message").GetString() };
                continue;
            }

            answer = answer with { Model = chunk.GetProperty("model").GetString() };
            if (chunk.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object) answer = answer with { Input = Number(usage, "prompt_tokens"), Output = Number(usage, "completion_tokens") };
            foreach (var choice in chunk.GetProperty("choices").EnumerateArray())
            {
                if (choice.GetProperty("delta").TryGetProperty("content", out var content)) text.Append(content.GetString());
                if (choice.GetProperty("finish_reason").GetString() is { } finish) answer = answer with { Finish = finish };
            }
        }

        return answer with { Text = text.ToString() };
    }

    private static ClientAnswer Events(string body)
    {
        var text = new StringBuilder();
        var answer = new ClientAnswer("", null, null, 0, 0);
        foreach (var frame in Frames(body))
        {
            answer.IsWhole.ShouldBeFalse("nothing follows the end");
            answer.Error.ShouldBeNull("nothing follows an error");
            var lines = frame.Split('\n');
            var step = JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement;
            var type = step.GetProperty("type").GetString()!;
            lines[0].ShouldBe("event: " + type);
            answer = type switch
            {
                "message_start" => answer with { Model = step.GetProperty("message").GetProperty("model").GetString() },
                "message_delta" => answer with { Finish = step.GetProperty("delta").GetProperty("stop_reason").GetString(), Input = Number(step.GetProperty("usage"), "input_tokens"), Output = Number(step.GetProperty("usage"), "output_tokens") },
                "message_stop" => answer with { IsWhole = true },
                "error" => answer with { Error = step.GetProperty("error").GetProperty("message").GetString() },
                _ => answer,
            };
            if (type == "content_block_delta") text.Append(step.GetProperty("delta").GetProperty("text").GetString());
        }

        return answer with { Text = text.ToString() };
    }

    private static string[] Frames(string body)
    {
        body.ShouldEndWith("\n\n");
        return body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
    }

    private static long Number(JsonElement owner, string name) => owner.TryGetProperty(name, out var value) ? value.GetInt64() : 0;
}
