using System.Text;
using Tollgate.Preview;
using Tollgate.Tests.Cli;
using Tollgate.Tests.Translation;

namespace Tollgate.Tests.Preview;

/// <summary>What <c>tollgate translate</c> shows, against what the gateway does.</summary>
public sealed class TranslationPreviewTests
{
    public static TheoryData<string, string> Grid => Cell.Grid;

    [Theory, MemberData(nameof(Grid))]
    public async Task Shows_what_the_gateway_sends_and_answers(string path, string kind)
    {
        var cell = Cell.Of(kind);
        await using var rig = await TranslationRig.AnsweringAsync(cell);
        var ask = Cell.Ask(path);
        var (_, answered, _) = await rig.AskAsync(path);

        using var preview = new TranslationPreview(Dialect(path), cell.CatalogueKind, cell.Model, cell.OnlyDialect);
        var asked = preview.Ask(Encoding.UTF8.GetBytes(ask));
        Text(asked.Body).ShouldBe(rig.Provider.Last.Text);
        asked.Start.ShouldStartWith("POST https://");
        asked.Headers.ShouldNotContain(h => h.Key.Equals("authorization", StringComparison.OrdinalIgnoreCase) || h.Key.Equals("x-api-key", StringComparison.OrdinalIgnoreCase));
        var answer = await preview.AnswerAsync(Encoding.UTF8.GetBytes(ProviderWords.Whole(cell)), cancellationToken: TestContext.Current.CancellationToken);
        answer.Start.ShouldBe("200");
        ClientAnswer.Read(path, Text(answer.Body)).Text.ShouldBe(ClientAnswer.Read(path, answered).Text);
    }

    [Theory, MemberData(nameof(Grid))]
    public async Task Shows_a_stream_as_the_client_gets_it(string path, string kind)
    {
        var cell = Cell.Of(kind);
        using var preview = new TranslationPreview(Dialect(path), cell.CatalogueKind, cell.Model, cell.OnlyDialect);
        preview.Ask(Encoding.UTF8.GetBytes(Cell.Ask(path)), stream: true).Start.ShouldEndWith(cell.StreamTarget[cell.StreamTarget.LastIndexOf('/')..].Replace("us-east5", "us-central1", StringComparison.Ordinal));
        var answer = await preview.AnswerAsync(ProviderWords.Stream(cell), cancellationToken: TestContext.Current.CancellationToken);
        var read = ClientAnswer.Read(path, Text(answer.Body), stream: true);
        (read.Text, read.IsWhole).ShouldBe((ProviderWords.Text, true));
    }

    [Fact]
    public async Task An_answer_needs_a_question()
    {
        using var preview = new TranslationPreview("openai.chat", "anthropic", "m");
        (await Should.ThrowAsync<InvalidOperationException>(() => preview.AnswerAsync("{}"u8.ToArray(), cancellationToken: TestContext.Current.CancellationToken))).Message.ShouldBe("nothing was asked: call Ask before");
    }

    [Fact]
    public void Says_what_was_left_out_and_where()
    {
        using var preview = new TranslationPreview("openai.chat", "aws-bedrock", "amazon.nova-lite-v1:0");
        preview.Ask(Encoding.UTF8.GetBytes(Cell.Ask(Cell.OpenAI, more: ",\"seed\":7,\"temperature\":1.5"))).Notes.Order(StringComparer.Ordinal).ShouldBe(
            ["approximated /temperature (temperature above 1): Converse takes 0 to 1: sent as 1.", "dropped /seed (seed): Converse has none."]);
    }

    [Theory]
    [InlineData("{\"model\":\"m\",\"messages\":7}", "'/messages' must be an array")]
    [InlineData("{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"n\":9}", "/n: provider 'aws-bedrock' cannot be asked for n")]
    [InlineData("{\"messages\":[]}", "/model: the body names no model")]
    [InlineData("{\"model\":", "")]
    public void Names_the_place_of_what_cannot_be_translated(string body, string words)
    {
        using var preview = new TranslationPreview("openai.chat", "aws-bedrock");
        Should.Throw<PreviewException>(() => preview.Ask(Encoding.UTF8.GetBytes(body))).Message.ShouldStartWith(words);
    }

    [Fact]
    public void Names_what_there_is_when_a_dialect_or_kind_is_not_known()
    {
        Should.Throw<PreviewException>(() => new TranslationPreview("openai.chatt", "anthropic").Dispose()).Message.ShouldContain("openai.chat, ");
        Should.Throw<PreviewException>(() => new TranslationPreview("openai.chat", "antropic").Dispose()).Message.ShouldContain("anthropic, ");
        Should.Throw<PreviewException>(() => new TranslationPreview("openai.chat", "simulator").Dispose()).Message.ShouldContain("the kinds are");
    }

    [Fact]
    public void Of_a_kind_that_speaks_the_dialect_the_relayed_request_is_shown()
    {
        using var preview = new TranslationPreview("openai.chat", "groq", "llama");
        Text(preview.Ask(Encoding.UTF8.GetBytes("""{"model":"m","x":1.0}""")).Body).ShouldBe("""{"model":"llama","x":1.0}""");
    }

    [Fact]
    public async Task The_command_prints_the_messages_and_keeps_its_remarks_apart()
    {
        var folder = Directory.CreateTempSubdirectory("tollgate-translate-");
        try
        {
            var cell = Cell.Of("aws-bedrock");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "q.json"), Cell.Ask(Cell.OpenAI, more: ",\"seed\":7"), TestContext.Current.CancellationToken);
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "r.json"), ProviderWords.Whole(cell), TestContext.Current.CancellationToken);
            await using var run = CommandRun.Start(folder.FullName, null, "translate", "--from", "openai.chat", "--to", "aws-bedrock", "--model", cell.Model, "q.json", "--response", "r.json");
            (await run.EndAsync()).ShouldBe(0, run.Errors);
            var lines = run.Output.Split('\n');
            lines[0].ShouldBe("POST https://bedrock-runtime.us-east-1.amazonaws.com/model/amazon.nova-pro-v1%3A0/converse");
            lines.ShouldContain("Content-Type: application/json");
            Array.FindIndex(lines, l => l.StartsWith("{\"system\":", StringComparison.Ordinal)).ShouldBeInRange(1, Array.IndexOf(lines, "200") - 1);
            lines.ShouldContain(l => l.StartsWith("{\"id\":", StringComparison.Ordinal));
            run.Errors.ShouldContain("dropped /seed (seed): Converse has none.");

            await using var failed = CommandRun.Start(folder.FullName, null, "translate", "--from", "openai.chat", "--to", "aws-bedrock", "r.json");
            (await failed.EndAsync()).ShouldBe(1);
            failed.Errors.ShouldStartWith("r.json: ");
            await using var missing = CommandRun.Start(folder.FullName, null, "translate", "--from", "openai.chat", "--to", "aws-bedrock", "nothing.json");
            (await missing.EndAsync()).ShouldBe(1);
            missing.Errors.ShouldStartWith("nothing.json: cannot be read");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Dialect(string path) => path == Cell.OpenAI ? "openai.chat" : path == Cell.Responses ? "openai.responses" : "anthropic.messages";

    private static string Text(ReadOnlyMemory<byte> body) => Encoding.UTF8.GetString(body.Span);
}
