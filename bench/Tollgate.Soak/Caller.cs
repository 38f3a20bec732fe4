using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Tollgate.Soak;

/// <summary>One client that asks again and again, in ways that chance picks, and checks every word that it gets.</summary>
internal sealed class Caller(Uri gateway, int number, int seed, Tally tally) : IDisposable
{
    private static readonly string[] Models = ["chat", "relay", "translated"];

    private readonly Random _chance = new(seed + number);
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(90) };
    private int _asked;

    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var question = Question();
            try
            {
                var outcome = await AskAsync(question, cancellationToken);
                tally.Add(question, outcome);

                // A refusal is answered at once: callers that did not wait, as SDKs do, would do little else but be refused.
                if (outcome.StartsWith("error: status", StringComparison.Ordinal)) await Task.Delay(_chance.Next(300, 900), cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return; // the time is over
            }
            catch (OperationCanceledException)
            {
                tally.Add(question, question.Leaves ? "left" : "BROKEN: no end within 90 s");
            }
            catch (Exception e) when (e is HttpRequestException or IOException)
            {
                tally.Add(question, "error: the connection breaks");
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private Question Question()
    {
        var kind = _chance.Next(100);
        return new Question(
            Word: $"k{number}n{++_asked}x",
            Count: _chance.Next(10, 200),
            Model: Models[_chance.Next(Models.Length)],
            Anthropic: _chance.Next(3) == 0,
            Stream: kind < 70,
            Leaves: kind is >= 60 and < 66,
            Slow: kind is >= 66 and < 70,
            Padding: kind % 10 == 0 ? 200_000 : 0);
    }

    private async Task<string> AskAsync(Question question, CancellationToken cancellationToken)
    {
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (question.Leaves) leave.CancelAfter(_chance.Next(1, 60));
        using var request = Request(question);
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(leave.Token));
        var answer = new CountedAnswer(question);
        if (!response.IsSuccessStatusCode) return CountedAnswer.Refused((int)response.StatusCode, await reader.ReadToEndAsync(leave.Token));
        if (!question.Stream) return answer.Whole(await reader.ReadToEndAsync(leave.Token));
        while (await reader.ReadLineAsync(leave.Token) is { } line)
        {
            answer.Line(line);
            if (question.Slow) await Task.Delay(2, leave.Token);
        }

        return answer.Judge();
    }

    private static HttpRequestMessage Request(Question question)
    {
        var text = new string('.', question.Padding) + $" Please count to {question.Count} with {question.Word}";
        var body = $$$"""{"model":"{{{question.Model}}}","max_tokens":4000,"stream":{{{(question.Stream ? "true" : "false")}}},"messages":[{"role":"user","content":"{{{JsonEncodedText.Encode(text)}}}"}]}""";
        var request = new HttpRequestMessage(HttpMethod.Post, question.Anthropic ? "/anthropic/v1/messages" : "/v1/chat/completions")
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        if (question.Anthropic) request.Headers.Add("anthropic-version", "2023-06-01");
        return request;
    }
}

/// <summary>What is asked, and how.</summary>
internal sealed record Question(string Word, int Count, string Model, bool Anthropic, bool Stream, bool Leaves, bool Slow, int Padding);
