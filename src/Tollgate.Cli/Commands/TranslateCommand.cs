using System.CommandLine;
using Tollgate.Preview;

namespace Tollgate.Cli.Commands;

/// <summary>
/// <c>tollgate translate --from DIALECT --to KIND FILE</c>: what a client's request becomes for a provider, and with <c>--response</c> what the
/// provider's answer becomes for the client. For bug reports; nothing is called, and no credential is needed or shown.
/// </summary>
internal static class TranslateCommand
{
    internal static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The client's request body; - for standard input." };
        var from = new Option<string>("--from") { Description = "Dialect of the client, such as openai.chat or anthropic.messages.", Required = true };
        var to = new Option<string>("--to") { Description = "Kind of the provider, such as aws-bedrock (tollgate providers lists them).", Required = true };
        var model = new Option<string?>("--model") { Description = "Name of the model at the provider; the body's by default." };
        var only = new Option<string?>("--dialect") { Description = "The one chat API of a server of OpenAI's kind: openai.chat or openai.responses." };
        var stream = new Option<bool>("--stream") { Description = "As if the request asked for a stream." };
        var response = new Option<string?>("--response") { Description = "The provider's answer: JSON, or a stream as it came over the wire. Prints what the client gets." };
        var status = new Option<int>("--status") { Description = "Status of that answer.", DefaultValueFactory = _ => 200 };
        var command = new Command("translate", "Show what a client's request becomes for a provider, and the provider's answer for the client. Nothing is called.") { file, from, to, model, only, stream, response, status };
        command.SetAction((result, cancellationToken) => RunAsync(
            result.GetValue(file)!,
            () => new TranslationPreview(result.GetValue(from)!, result.GetValue(to)!, result.GetValue(model), result.GetValue(only)),
            result.GetValue(stream),
            (result.GetValue(response), result.GetValue(status)),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string file, Func<TranslationPreview> create, bool stream, (string? File, int Status) response, CancellationToken cancellationToken)
    {
        var place = file;
        try
        {
            using var preview = create();
            Print(preview.Ask(await ReadAsync(file, cancellationToken), stream));
            if (response.File is null) return 0;
            place = response.File;
            var answer = await ReadAsync(response.File, cancellationToken);
            Console.WriteLine();
            Print(await preview.AnswerAsync(answer, response.Status, cancellationToken));
            return 0;
        }
        catch (PreviewException e)
        {
            await Console.Error.WriteLineAsync($"{place}: {e.Message}");
            return 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{place}: cannot be read: {e.Message}");
            return 1;
        }
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        if (file != "-") return await File.ReadAllBytesAsync(file, cancellationToken);
        var body = new MemoryStream();
        await using var input = Console.OpenStandardInput();
        await input.CopyToAsync(body, cancellationToken);
        return body.ToArray();
    }

    // As HTTP has it; what was left out goes to standard error, so that standard output stays the message.
    private static void Print(PreviewedMessage message)
    {
        Console.WriteLine(message.Start);
        foreach (var (name, value) in message.Headers) Console.WriteLine($"{name}: {value}");
        Console.WriteLine();
        Console.Out.Flush();
        using (var output = Console.OpenStandardOutput()) output.Write(message.Body.Span);
        if (!message.Body.Span.EndsWith("\n"u8)) Console.WriteLine();
        foreach (var note in message.Notes) Console.Error.WriteLine(note);
    }
}
