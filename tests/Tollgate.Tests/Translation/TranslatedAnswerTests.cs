using System.IO.Compression;
using System.Text;

namespace Tollgate.Tests.Translation;

/// <summary>A provider's good answer in the client's dialect, and what is written down of it.</summary>
public sealed class TranslatedAnswerTests
{
    public static TheoryData<string, string> Grid => Cell.Grid;

    [Theory, MemberData(nameof(Grid))]
    public async Task A_whole_answer_arrives_in_the_clients_dialect_and_is_logged(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.AnsweringAsync(cell);
        var (status, body, response) = await rig.AskAsync(path);
        status.ShouldBe(200, body);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        response.Headers.GetValues("x-tollgate-provider").ShouldBe(["p"]);
        ShouldHaveAnId(path, response);
        Expect(path, cell, ClientAnswer.Read(path, body));
        await ExpectLogAsync(path, cell, rig, stream: false, Encoding.UTF8.GetByteCount(body));
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task A_stream_arrives_in_the_clients_dialect_however_it_is_split(string path, string kind)
    {
        var cell = Cell.Of(kind);
        foreach (var size in new[] { 1, 7, 61, int.MaxValue })
        {
            await using var rig = await TranslationRig.StreamingAsync(cell, ProviderWords.Stream(cell), size);
            var (status, body, response) = await rig.AskAsync(path, stream: true);
            status.ShouldBe(200, body);
            response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
            ShouldHaveAnId(path, response);
            var answer = ClientAnswer.Read(path, body, stream: true);
            answer.IsWhole.ShouldBeTrue();
            Expect(path, cell, answer);
            await ExpectLogAsync(path, cell, rig, stream: true, Encoding.UTF8.GetByteCount(body));
        }
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task Content_is_passed_on_while_the_provider_still_speaks(string path, string kind)
    {
        var cell = Cell.Of(kind);
        var read = new TaskCompletionSource();
        await using var rig = await TranslationRig.StartAsync(cell, async call =>
        {
            var beginning = ProviderWords.Beginning(cell);
            await call.BeginAsync(200, ProviderWords.ContentType(cell));
            await call.ChunkAsync(beginning);
            await read.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await call.ChunkAsync(ProviderWords.Stream(cell).AsMemory(beginning.Length));
            await call.EndAsync();
        });
        using var response = await rig.OpenAsync(path);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        var seen = new StringBuilder();
        while (!seen.ToString().Contains("Halt! ", StringComparison.Ordinal))
        {
            seen.Append((await reader.ReadLineAsync()).ShouldNotBeNull(seen.ToString())).Append('\n');
        }

        read.SetResult();
        seen.Append(await reader.ReadToEndAsync());
        ClientAnswer.Read(path, seen.ToString(), stream: true).Text.ShouldBe(ProviderWords.Text);
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task A_client_that_asked_for_a_stream_gets_one_even_when_the_provider_answers_whole(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.AnsweringAsync(cell);
        var (status, body, response) = await rig.AskAsync(path, stream: true);
        status.ShouldBe(200, body);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        var answer = ClientAnswer.Read(path, body, stream: true);
        answer.IsWhole.ShouldBeTrue();
        Expect(path, cell, answer);
        await ExpectLogAsync(path, cell, rig, stream: true, Encoding.UTF8.GetByteCount(body));
    }

    [Fact]
    public async Task Claudes_events_without_Amazons_framing_are_read_as_what_they_are()
    {
        // As a proxy in front of Bedrock may send them; a relayed stream takes them too.
        var native = Cell.Of("anthropic");
        await using var rig = await TranslationRig.StartAsync(Cell.Of("aws-anthropic"), call => call.StreamAsync(ProviderWords.Stream(native), 50));
        var (status, body, _) = await rig.AskAsync(Cell.OpenAI, stream: true);
        status.ShouldBe(200, body);
        Expect(Cell.OpenAI, native, ClientAnswer.Read(Cell.OpenAI, body, stream: true));
    }

    [Theory]
    [InlineData(Cell.OpenAI, "anthropic")]
    [InlineData(Cell.OpenAI, "gcp-vertex")]
    [InlineData(Cell.Responses, "anthropic")]
    [InlineData(Cell.OpenAI, "responses-only")]
    [InlineData(Cell.Anthropic, "openai")]
    public async Task The_last_event_may_lack_its_blank_line(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.StreamingAsync(cell, ProviderWords.Stream(cell)[..^2]);
        var (status, body, _) = await rig.AskAsync(path, stream: true);
        status.ShouldBe(200, body);
        var answer = ClientAnswer.Read(path, body, stream: true);
        answer.IsWhole.ShouldBeTrue(body);
        Expect(path, cell, answer);
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task Compressed_answers_are_read(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.StartAsync(cell, call => call.Target == cell.StreamTarget && (cell.Target != cell.StreamTarget || call.Text.Contains("\"stream\":true", StringComparison.Ordinal))
            ? call.StreamAsync(Zipped(ProviderWords.Stream(cell)), 64, ProviderWords.ContentType(cell), ("content-encoding", "gzip"))
            : call.AnswerAsync(200, "application/json", Zipped(Encoding.UTF8.GetBytes(ProviderWords.Whole(cell))), ("content-encoding", "gzip")));
        foreach (var stream in new[] { false, true })
        {
            var (status, body, response) = await rig.AskAsync(path, stream);
            status.ShouldBe(200, body);
            response.Content.Headers.ContentEncoding.ShouldBeEmpty();
            Expect(path, cell, ClientAnswer.Read(path, body, stream));
        }
    }

    [Theory]
    [InlineData(Cell.OpenAI)]
    [InlineData(Cell.Anthropic)]
    public async Task The_providers_own_request_id_stays_where_the_client_looks_for_it(string path)
    {
        var cell = Cell.Of(path == Cell.OpenAI ? "anthropic" : "openai");
        var header = path == Cell.OpenAI ? "x-request-id" : "request-id";
        await using var rig = await TranslationRig.StartAsync(cell, call => call.AnswerAsync(200, ProviderWords.Whole(cell), (header, "from-provider"), ("x-more", "kept")));
        var (_, _, response) = await rig.AskAsync(path);
        response.Headers.GetValues(header).ShouldBe(["from-provider"]);
        response.Headers.GetValues("x-more").ShouldBe(["kept"]);
    }

    private static void ShouldHaveAnId(string path, HttpResponseMessage response)
    {
        var id = response.Headers.GetValues("x-tollgate-request-id").ShouldHaveSingleItem();
        response.Headers.GetValues(path == Cell.Anthropic ? "request-id" : "x-request-id").ShouldBe([id], "the SDKs show it");
    }

    private static void Expect(string path, Cell cell, ClientAnswer answer)
    {
        answer.Text.ShouldBe(ProviderWords.Text);
        answer.Finish.ShouldBe(path == Cell.OpenAI ? "stop" : path == Cell.Responses ? "completed" : "end_turn");
        answer.Model.ShouldBe(ProviderWords.Model(cell) ?? cell.Model);
        (answer.Input, answer.Output).ShouldBe((11, 7));
    }

    private static async Task ExpectLogAsync(string path, Cell cell, TranslationRig rig, bool stream, int bytes)
    {
        var line = await rig.Gateway.LogLineAsync();
        Name("operation").ShouldBe(path == Cell.OpenAI ? "chat" : path == Cell.Responses ? "responses" : "messages");
        (Name("provider"), Name("model_asked"), Name("model_served"), Name("model_response")).ShouldBe(("p", "m", cell.Model, ProviderWords.Model(cell)));
        (line.GetProperty("status").GetInt32(), line.GetProperty("provider_status").GetInt32(), line.GetProperty("attempts").GetInt32()).ShouldBe((200, 200, 1));
        line.GetProperty("stream").GetBoolean().ShouldBe(stream);
        Name("error").ShouldBeNull();
        (line.GetProperty("usage").GetProperty("input_tokens").GetInt64(), line.GetProperty("usage").GetProperty("output_tokens").GetInt64()).ShouldBe((11, 7));
        if (stream) line.GetProperty("ttft_ms").GetDouble().ShouldBeGreaterThan(0);
        line.GetProperty("bytes_out").GetInt64().ShouldBe(bytes);
        string? Name(string member) => line.TryGetProperty(member, out var value) ? value.GetString() : null;
    }

    private static byte[] Zipped(byte[] bytes)
    {
        var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionMode.Compress)) zip.Write(bytes);
        return zipped.ToArray();
    }
}
