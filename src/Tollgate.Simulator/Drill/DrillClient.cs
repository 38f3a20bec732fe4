using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Tollgate.Simulator.Drill;

/// <summary>A caller that asks for sixty counted words, and judges what it gets as a strict SDK would.</summary>
internal sealed class DrillClient(Uri gateway, string model, TimeProvider time) : IDisposable
{
    internal const int Words = 60;

    /// <summary>Longer than any time limit that makes sense: who waits that long waits for ever.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });

    internal async Task<DrillAnswer> AskAsync(bool stream, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        using var patience = new CancellationTokenSource(Patience, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var (verdict, detail) = await JudgeAsync(stream, linked.Token);
            return new DrillAnswer(verdict, detail, time.GetElapsedTime(start));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new DrillAnswer(DrillVerdict.Broken, $"no end after {Patience.TotalMinutes:0} minutes", time.GetElapsedTime(start));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new DrillAnswer(DrillVerdict.Error, "the connection breaks", time.GetElapsedTime(start));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<(DrillVerdict Verdict, string Detail)> JudgeAsync(bool stream, CancellationToken cancellationToken)
    {
        using var request = Request(stream);
        using var response = await _http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using (body)
        {
            using var reader = new StreamReader(body, Encoding.UTF8);
            if ((int)response.StatusCode >= 400)
            {
                return ClearError((int)response.StatusCode, await reader.ReadToEndAsync(cancellationToken));
            }

            var answer = new AnswerReader();
            if (stream)
            {
                while (await reader.ReadLineAsync(cancellationToken) is { } line) answer.Line(line);
            }
            else
            {
                answer.Whole(await reader.ReadToEndAsync(cancellationToken));
            }

            return answer.Judge();
        }
    }

    private HttpRequestMessage Request(bool stream) => new(HttpMethod.Post, new Uri(gateway, "/v1/chat/completions"))
    {
        Content = new ByteArrayContent(Encoding.UTF8.GetBytes(
            $$$"""{"model":{{{JsonSerializer.Serialize(model, DrillJson.Default.String)}}},"stream":{{{(stream ? "true" : "false")}}},"messages":[{"role":"user","content":"Please count to {{{Words}}}"}]}"""))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        },
    };

    private static (DrillVerdict Verdict, string Detail) ClearError(int status, string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.TryGetProperty("error", out var error) && error.TryGetProperty("message", out var message) && message.GetString() is { Length: > 0 } words
                ? (DrillVerdict.Error, $"{status} {words}")
                : (DrillVerdict.Broken, $"{status} without a message");
        }
        catch (JsonException)
        {
            return (DrillVerdict.Broken, $"{status} that is not in the client's dialect");
        }
    }
}

/// <summary>What a caller got.</summary>
internal sealed record DrillAnswer(DrillVerdict Verdict, string Detail, TimeSpan Elapsed);
