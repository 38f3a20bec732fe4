using System.Text;
using Tollgate.Tests.Limits;
using Tollgate.Tests.Relay;

namespace Tollgate.Tests.Translation;

/// <summary>What goes wrong at a provider of another dialect, as the client is told of it.</summary>
public sealed class FailureTests
{
    private static readonly TimeSpan FirstToken = TimeSpan.FromSeconds(5), Idle = TimeSpan.FromSeconds(7);

    public static TheoryData<string, string> Grid => Cell.Grid;

    [Theory, MemberData(nameof(Grid))]
    public async Task A_providers_error_keeps_its_status_and_its_message(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.StartAsync(cell, call => call.AnswerAsync(429, ProviderWords.Error(cell), ("retry-after", "3")));
        foreach (var stream in new[] { false, true })
        {
            var (status, body, response) = await rig.AskAsync(path, stream);
            status.ShouldBe(429);
            var error = Error(path, body);
            error.Message.ShouldBe("too many at the gate");
            error.Type.ShouldBe("rate_limit_error");
            response.Headers.GetValues("retry-after").ShouldBe(["3"]);
            response.Headers.GetValues("x-tollgate-provider").ShouldBe(["p"]);
        }

        var line = await rig.Gateway.LogLineAsync();
        (line.GetProperty("status").GetInt32(), line.GetProperty("provider_status").GetInt32(), line.GetProperty("error").GetString()).ShouldBe((429, 429, "provider_error"));
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task An_error_that_is_no_JSON_is_told_in_the_clients_dialect(string path, string kind)
    {
        await using var rig = await TranslationRig.StartAsync(Cell.Of(kind), call => call.AnswerAsync(503, "text/plain", "the gate is closed"u8.ToArray()));
        var (status, body, _) = await rig.AskAsync(path);
        status.ShouldBe(503);
        Error(path, body).Message.ShouldBe("the gate is closed");
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task A_good_status_with_an_answer_that_nobody_can_read_is_a_bad_gateway(string path, string kind)
    {
        foreach (var answer in new[] { "", "<html>welcome</html>", "{\"ok\":true}", "[1]", "{\"id\":", "null" })
        {
            await using var rig = await TranslationRig.StartAsync(Cell.Of(kind), call => call.AnswerAsync(200, answer));
            foreach (var stream in new[] { false, true })
            {
                var (status, body, _) = await rig.AskAsync(path, stream);
                status.ShouldBe(502, $"{answer} gave {body}");
                Error(path, body).Message.ShouldStartWith("provider 'p' sent an answer that cannot be read");
            }

            (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("provider_invalid_response");
        }
    }

    [Theory]
    [InlineData(Cell.OpenAI, "anthropic")]
    [InlineData(Cell.OpenAI, "gcp-vertex")]
    [InlineData(Cell.Anthropic, "openai")]
    public async Task A_good_status_with_an_error_in_it_gets_the_errors_status(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.StartAsync(cell, call => call.AnswerAsync(200, kind == "openai" ? """{"error":{"message":"too many at the gate","code":429}}""" : ProviderWords.Error(cell)));
        foreach (var stream in new[] { false, true })
        {
            var (status, body, response) = await rig.AskAsync(path, stream);
            status.ShouldBe(429, body);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
            Error(path, body).Message.ShouldBe("too many at the gate");
        }
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task A_redirect_is_not_followed(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.StartAsync(cell, call => call.AnswerAsync(307, "", ("location", "https://elsewhere.test/")));
        var (status, body, response) = await rig.AskAsync(path);
        status.ShouldBe(502, body);
        Error(path, body).Message.ShouldBe("provider 'p' answered 307, a redirect: mend its url");
        response.Headers.Location.ShouldBeNull();
        rig.Provider.Calls.Count.ShouldBe(1);
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task A_stream_that_begins_with_an_error_gets_the_errors_status(string path, string kind)
    {
        var cell = Cell.Of(kind);
        foreach (var before in new[] { 0, 1 })
        {
            if (before == 1 && Cell.Of(kind).Dialect == "gemini.generate") continue; // its first frame has content
            await using var rig = await TranslationRig.StreamingAsync(cell, [.. ProviderWords.Frames(cell).Take(before).SelectMany(f => f), .. ProviderWords.ErrorFrame(cell)], 9);
            var (status, body, response) = await rig.AskAsync(path, stream: true);
            status.ShouldBe(429, body);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
            response.Headers.GetValues("x-tollgate-provider").ShouldBe(["p"]);
            Error(path, body).Message.ShouldBe("too many at the gate");
            var line = await rig.Gateway.LogLineAsync();
            (line.GetProperty("status").GetInt32(), line.GetProperty("error").GetString()).ShouldBe((429, "provider_error"));
        }
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task An_error_after_content_is_told_in_the_stream_which_never_looks_whole(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.StreamingAsync(cell, [.. ProviderWords.Beginning(cell), .. ProviderWords.ErrorFrame(cell)], 100);
        var (status, body, _) = await rig.AskAsync(path, stream: true);
        status.ShouldBe(200, body);
        var answer = ClientAnswer.Read(path, body, stream: true);
        (answer.Text, answer.Error, answer.IsWhole).ShouldBe(("Halt! ", "too many at the gate", false));
        (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("provider_stream_error");
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task A_stream_that_is_cut_is_told_to_be_so(string path, string kind)
    {
        var cell = Cell.Of(kind);
        foreach (var orderly in new[] { true, false })
        {
            await using var rig = await TranslationRig.StartAsync(cell, async call =>
            {
                await call.BeginAsync(200, ProviderWords.ContentType(cell));
                await call.ChunkAsync(ProviderWords.Beginning(cell));
                if (orderly) await call.EndAsync();
                else call.Close();
            });
            var (status, body, _) = await rig.AskAsync(path, stream: true);
            status.ShouldBe(200, body);
            var answer = ClientAnswer.Read(path, body, stream: true);
            (answer.Text, answer.IsWhole).ShouldBe(("Halt! ", false));
            answer.Error.ShouldNotBeNull().ShouldStartWith("provider 'p'");
            (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("stream_interrupted");
        }
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task A_stream_that_is_cut_before_any_content_is_a_bad_gateway(string path, string kind)
    {
        var cell = Cell.Of(kind);
        foreach (var frames in new[] { 0, 1 })
        {
            if (frames == 1 && Cell.Of(kind).Dialect == "gemini.generate") continue; // its first frame has content
            await using var rig = await TranslationRig.StartAsync(cell, async call =>
            {
                await call.BeginAsync(200, ProviderWords.ContentType(cell));
                foreach (var frame in ProviderWords.Frames(cell).Take(frames)) await call.ChunkAsync(frame);
                await call.EndAsync();
            });
            var (status, body, _) = await rig.AskAsync(path, stream: true);
            status.ShouldBe(502, body);
            Error(path, body).Message.ShouldBe("provider 'p' ended its answer before it was complete");
            (await rig.Gateway.LogLineAsync()).GetProperty("error").GetString().ShouldBe("stream_interrupted");
        }
    }

    [Theory]
    [InlineData(Cell.OpenAI, "aws-anthropic")]
    [InlineData(Cell.OpenAI, "aws-bedrock")]
    [InlineData(Cell.Anthropic, "aws-bedrock")]
    public async Task A_damaged_message_ends_the_stream(string path, string kind)
    {
        var cell = Cell.Of(kind);
        var damaged = ProviderWords.Frames(cell)[^1].ToArray();
        damaged[^20] ^= 0x40;
        await using var late = await TranslationRig.StreamingAsync(cell, [.. ProviderWords.Beginning(cell), .. damaged]);
        var (status, body, _) = await late.AskAsync(path, stream: true);
        status.ShouldBe(200, body);
        var answer = ClientAnswer.Read(path, body, stream: true);
        (answer.Text, answer.Error, answer.IsWhole).ShouldBe(("Halt! ", "provider 'p' sent a damaged event stream", false));

        await using var early = await TranslationRig.StreamingAsync(cell, [.. ProviderWords.Frames(cell)[0], .. damaged]);
        (status, body, _) = await early.AskAsync(path, stream: true);
        status.ShouldBe(502, body);
        Error(path, body).Message.ShouldBe("provider 'p' sent a damaged event stream");
    }

    [Theory]
    [InlineData("aws-anthropic", "validationException", 400)]
    [InlineData("aws-bedrock", "validationException", 400)]
    [InlineData("aws-bedrock", "serviceUnavailableException", 503)]
    [InlineData("aws-anthropic", "internalServerException", 500)]
    public async Task An_exception_of_Bedrock_has_the_status_that_its_name_means(string kind, string name, int expected)
    {
        await using var rig = await TranslationRig.StreamingAsync(Cell.Of(kind), EventStreamMessage.Exception(name, """{"message":"no"}"""));
        var (status, body, _) = await rig.AskAsync(Cell.OpenAI, stream: true);
        status.ShouldBe(expected, body);
        Error(Cell.OpenAI, body).Message.ShouldBe("no");
    }

    [Theory]
    [InlineData("aws-anthropic")]
    [InlineData("aws-bedrock")]
    public async Task An_error_message_of_Amazons_framing_is_told_too(string kind)
    {
        var cell = Cell.Of(kind);
        var error = EventStreamMessage.Message("", (":error-code", "InternalFailure"), (":error-message", "the gate fell"), (":message-type", "error"));
        await using var rig = await TranslationRig.StreamingAsync(cell, [.. ProviderWords.Beginning(cell), .. error]);
        var (_, body, _) = await rig.AskAsync(Cell.OpenAI, stream: true);
        ClientAnswer.Read(Cell.OpenAI, body, stream: true).Error.ShouldBe("the gate fell");
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task When_the_client_leaves_the_provider_is_hung_up_on(string path, string kind)
    {
        var cell = Cell.Of(kind);
        var closed = new TaskCompletionSource();
        await using var rig = await TranslationRig.StartAsync(cell, async call =>
        {
            await call.BeginAsync(200, ProviderWords.ContentType(cell));
            await call.ChunkAsync(ProviderWords.Beginning(cell));
            await call.ClosedAsync();
            closed.SetResult();
        });

        // Left to itself, the client would read on for two seconds to spare the connection.
        using var client = new HttpClient(new SocketsHttpHandler { ResponseDrainTimeout = TimeSpan.Zero }) { BaseAddress = rig.Gateway.Client.BaseAddress };
        using (var response = await TranslationRig.OpenAsync(client, path)) response.IsSuccessStatusCode.ShouldBeTrue();
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var line = await rig.Gateway.LogLineAsync();
        line.GetProperty("error").GetString().ShouldBe("client_left");
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task A_stream_without_content_in_time_is_given_up_with_a_status(string path, string kind)
    {
        var cell = Cell.Of(kind);
        var time = new ManualTime();
        var sent = new TaskCompletionSource();
        await using var rig = await TranslationRig.StartAsync(cell, async call =>
        {
            await call.BeginAsync(200, ProviderWords.ContentType(cell));
            if (cell.Dialect != "gemini.generate") await call.ChunkAsync(ProviderWords.Frames(cell)[0]); // a beginning that says nothing yet
            sent.SetResult();
            await call.ClosedAsync();
        }, ", timeouts: { firstToken: 5s, idle: 7s, total: 20s }", time);
        var answer = rig.AskAsync(path, stream: true);
        await sent.Task;
        time.Advance(FirstToken);
        var (status, body, _) = await answer;
        status.ShouldBe(504, body);
        Error(path, body).Message.ShouldBe("provider 'p' sent no first token within 5 s (timeouts.firstToken)");
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task A_stream_that_falls_silent_is_told_so_in_the_stream(string path, string kind)
    {
        var cell = Cell.Of(kind);
        var time = new ManualTime();
        await using var rig = await TranslationRig.StartAsync(cell, async call =>
        {
            await call.BeginAsync(200, ProviderWords.ContentType(cell));
            await call.ChunkAsync(ProviderWords.Beginning(cell));
            await call.ClosedAsync();
        }, ", timeouts: { firstToken: 5s, idle: 7s, total: 20s }", time);
        using var response = await rig.OpenAsync(path);
        await time.WhenArmedAsync(Idle);
        time.Advance(Idle);
        var answer = ClientAnswer.Read(path, await response.Content.ReadAsStringAsync(), stream: true);
        (answer.Text, answer.Error, answer.IsWhole).ShouldBe(("Halt! ", "provider 'p' sent nothing for 7 s (timeouts.idle)", false));
    }

    [Fact]
    public async Task A_whole_answer_that_is_cut_is_a_bad_gateway()
    {
        var cell = Cell.Of("aws-bedrock");
        await using var rig = await TranslationRig.StartAsync(cell, async call =>
        {
            await call.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{\"output\":"));
            call.Close();
        });
        var (status, body, _) = await rig.AskAsync(Cell.OpenAI);
        status.ShouldBe(502, body);
        Error(Cell.OpenAI, body).Message.ShouldBe("provider 'p' closed the connection before its answer was complete");
    }

    private static (string? Type, string Message) Error(string path, string body)
    {
        var root = System.Text.Json.JsonDocument.Parse(body).RootElement;
        if (path == Cell.Anthropic) root.GetProperty("type").GetString().ShouldBe("error");
        var error = root.GetProperty("error");
        return (error.GetProperty("type").GetString(), error.GetProperty("message").GetString()!);
    }
}
