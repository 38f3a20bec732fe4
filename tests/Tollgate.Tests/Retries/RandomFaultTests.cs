using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tollgate.Tests.Hosting;
using static Tollgate.Tests.Retries.TwoProviders;

namespace Tollgate.Tests.Retries;

/// <summary>
/// Random faults under random policies. Whatever happens: never two answers, never half an answer that looks whole, never a word twice or
/// left out, never more attempts than allowed, and in the end nothing is under way.
/// </summary>
public sealed partial class RandomFaultTests
{
    private const int Words = 12;
    private static readonly string[] Faults =
    [
        "ok", "500", "429", "401", "400", "long", "filter", "reset", "garbage", "error", "role", "break3", "break7", "cut5", "fault4", "noend", "malformed", "repeat",
    ];

    private static readonly string Whole = string.Concat(Enumerable.Range(1, Words).Select(Word));

    private readonly ConcurrentDictionary<string, int> _calls = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task No_fault_makes_an_answer_that_is_not_one(int seed)
    {
        await using var one = new ScriptedProvider(call => AnswerAsync(call, 0));
        await using var two = new ScriptedProvider(call => AnswerAsync(call, 1));
        var models = string.Join("\n  ", Enumerable.Range(1, 4).SelectMany(n => new[] { Model(n, "error"), Model(n, "resume"), Model(n, "error", hedged: true), Model(n, "resume", hedged: true) }));
        await using var gateway = await StartAsync(one, two, models: models, rest: "retry: { maxWait: 20ms }\nhealth: { enabled: false }");
        var chance = new Lottery(seed);
        var cases = Enumerable.Range(0, 90).Select(i => new Case(
            $"{seed}-{i}",
            string.Join(';', Enumerable.Range(0, 2).Select(_ => string.Join(',', Enumerable.Range(0, 3).Select(_ => Faults[chance.Next(Faults.Length)])))),
            1 + chance.Next(4),
            chance.Next(2) == 1,
            chance.Next(4) > 0,
            chance.Next(2) == 1)).ToArray();
        await Parallel.ForEachAsync(cases, new ParallelOptions { MaxDegreeOfParallelism = 6 }, async (each, _) => await CheckAsync(gateway, each));
        await gateway.UntilAtRestAsync();
        using var page = JsonDocument.Parse(await gateway.Admin.GetStringAsync("/backends"));
        page.RootElement.GetProperty("backends").EnumerateArray().ShouldAllBe(b => b.GetProperty("in_flight").GetInt32() == 0);
    }

    private async Task CheckAsync(TestGateway gateway, Case each)
    {
        var content = $"id={each.Id} script={each.Script}";
        var json = $"{{\"model\":\"{each.Model}\",\"stream\":{(each.Stream ? "true" : "false")},\"messages\":[{{\"role\":\"user\",\"content\":\"{content}\"}}]}}";
        var (status, body, _) = await gateway.PostAsync(Chat, json);
        var where = $"{each}\nanswered {status}:\n{body}";
        _calls.Where(c => c.Key.StartsWith(each.Id + "/", StringComparison.Ordinal)).Sum(c => c.Value).ShouldBeInRange(1, each.Attempts, where);
        if (status != 200) JsonDocument.Parse(body).RootElement.GetProperty("error").GetProperty("message").GetString().ShouldNotBeNullOrEmpty(where);
        else if (each.Stream) CheckStream(body, where);
        else CheckPlain(JsonDocument.Parse(body).RootElement, where);
    }

    /// <summary>The last provider's error under a good status passes as it came; nobody takes it for an answer.</summary>
    private static void CheckPlain(JsonElement body, string where)
    {
        var isError = body.TryGetProperty("error", out _);
        var isAnswer = body.TryGetProperty("choices", out var choices);
        (isError ^ isAnswer).ShouldBeTrue(where);
        if (isAnswer) choices[0].GetProperty("message").GetProperty("content").GetString().ShouldBe(Whole, where);
    }

    private static void CheckStream(string body, string where)
    {
        var text = string.Concat(Content().Matches(body).Select(m => m.Groups[1].Value));
        var errors = body.Split("\"error\":{").Length - 1;
        var done = body.Split("data: [DONE]").Length - 1;
        (errors + done).ShouldBe(1, where);
        body.Split("\"role\":").Length.ShouldBeLessThanOrEqualTo(2, where);
        body.Split("\"finish_reason\":\"stop\"").Length.ShouldBe(done + 1, where);
        if (done == 1) text.ShouldBe(Whole, where);
        else Whole.ShouldStartWith(text, customMessage: where);
    }

    private async Task AnswerAsync(ProviderCall call, int provider)
    {
        var id = Id().Match(call.Text).Groups[1].Value;
        var script = Script().Match(call.Text).Groups[1].Value.Split(';')[provider].Split(',');
        var count = _calls.AddOrUpdate($"{id}/{provider.ToString(CultureInfo.InvariantCulture)}", 1, (_, n) => n + 1);
        var fault = script[Math.Min(count, script.Length) - 1];
        switch (fault)
        {
            case "500" or "429" or "401" or "400":
                await call.AnswerAsync(int.Parse(fault, CultureInfo.InvariantCulture), Error("no"));
                return;
            case "long":
                await call.AnswerAsync(400, Error("too long", code: "context_length_exceeded"));
                return;
            case "filter":
                await call.AnswerAsync(400, Error("blocked", code: "content_filter"));
                return;
            case "reset":
                call.Reset();
                return;
            case "garbage":
                await call.AnswerAsync(200, "text/html", "<html>"u8.ToArray());
                return;
        }

        if (call.Text.Contains("\"stream\":true", StringComparison.Ordinal)) await StreamAsync(call, fault);
        else if (fault is "ok" or "noend" or "malformed" or "repeat") await call.AnswerAsync(200, Answer(Whole));
        else if (fault is "error" or "fault4") await call.AnswerAsync(200, Error("no"));
        else call.Reset();
    }

    private static async Task StreamAsync(ProviderCall call, string fault)
    {
        var said = Said().Matches(call.Text).Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture)).DefaultIfEmpty(0).Max();
        if (fault == "repeat") said = Math.Max(0, said - 3);
        await call.BeginAsync(200, "text/event-stream");
        await call.ChunkAsync(Role);
        if (fault == "error") await call.ChunkAsync("data: " + Error("no") + "\n\n");
        if (fault is "error" or "role")
        {
            await call.EndAsync();
            return;
        }

        for (var word = said + 1; word <= Words; word++)
        {
            if (fault is "break3" or "break7" or "cut5" or "fault4" && word == said + (fault[^1] - '0'))
            {
                await BreakAsync(call, fault);
                return;
            }

            if (fault == "malformed" && word == said + 2) await call.ChunkAsync("data: {\"id\":\"a\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"LOST\n\n");
            await call.ChunkAsync(Text(Word(word)));
        }

        await call.ChunkAsync(Finish + (fault == "noend" ? "" : Done));
        await call.EndAsync();
    }

    private static async Task BreakAsync(ProviderCall call, string fault)
    {
        if (fault[0] == 'f') await call.ChunkAsync("data: " + Error("broke") + "\n\n");
        if (fault[0] == 'b') call.Close();
        else await call.EndAsync();
    }

    private static string Word(int number) => string.Create(CultureInfo.InvariantCulture, $"word{number:00} ");

    // An answer here takes about a millisecond, so either may be the first.
    private static string Model(int attempts, string broken, bool hedged = false) => string.Create(
        CultureInfo.InvariantCulture,
        $"m{attempts}-{broken}{(hedged ? "-hedged" : "")}: {{ backends: [one, {{ provider: two, model: larger, priority: 1 }}], retry: {{ attempts: {attempts} }}, brokenStream: {broken}{(hedged ? ", hedge: { after: 1ms }" : "")} }}");

    [GeneratedRegex("\"content\":\"((?:word[0-9]+ )+)\"")]
    private static partial Regex Content();

    [GeneratedRegex("id=([0-9-]+)")]
    private static partial Regex Id();

    [GeneratedRegex("script=([a-z0-9,;]+)")]
    private static partial Regex Script();

    [GeneratedRegex("word([0-9]{2})")]
    private static partial Regex Said();

    private sealed record Case(string Id, string Script, int Attempts, bool Resumes, bool Stream, bool Hedged)
    {
        public string Model => $"m{Attempts.ToString(CultureInfo.InvariantCulture)}-{(Resumes ? "resume" : "error")}{(Hedged ? "-hedged" : "")}";
    }

    /// <summary>The same numbers for the same seed on every machine.</summary>
    private sealed class Lottery(int seed)
    {
        private uint _state = (uint)seed * 2654435761;

        public int Next(int below)
        {
            _state = (_state * 1664525) + 1013904223;
            return (int)((_state >> 16) % (uint)below);
        }
    }
}
