using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Upstreams;

/// <summary>Many callers on connections that are used again and again: everybody gets his own bytes.</summary>
public sealed class UpstreamCrowdTests
{
    private const int Callers = 64;
    private const int Each = 50;

    [Fact]
    public async Task Every_caller_gets_exactly_his_own_answer()
    {
        await using var provider = new RawServer(AnswerAsync);
        await using var gateway = await TestGateway.StartAsync($"providers: {{ p: {{ kind: openai, url: '{provider.Target}v1', key: k }} }}\nmodels: {{ m: p }}\n", services => services.AddSingleton<TimeProvider>(new PatientTime()));
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(async caller =>
        {
            for (var i = 0; i < Each; i++)
            {
                var (id, isStream) = (((caller * Each) + i).ToString(CultureInfo.InvariantCulture), (caller + i) % 2 == 0);
                var (status, body, _) = await gateway.PostAsync("/v1/chat/completions", Question(id, isStream));
                (status, body).ShouldBe((200, isStream ? Events(id) : Whole(id)));
            }
        }));
        provider.Peers.Sum(p => p.Requests).ShouldBe(Callers * Each);
        provider.Peers.Count.ShouldBeLessThan(Callers * Each / 4, "connections are used again");
    }

    private static async Task AnswerAsync(RawPeer peer)
    {
        while (await peer.ReadRequestAsync() is { Body: var body })
        {
            var id = body.Split("<<")[1].Split(">>")[0];
            if (!body.Contains("\"stream\":true", StringComparison.Ordinal))
            {
                await peer.AnswerAsync(Whole(id), "content-type: application/json\r\n");
                continue;
            }

            var random = new Random(int.Parse(id, CultureInfo.InvariantCulture));
            var text = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n" + ChunkDecoderTests.Chunked(Encoding.ASCII.GetBytes(Events(id)), random);
            for (var at = 0; at < text.Length;)
            {
                var size = Math.Min(random.Next(1, 900), text.Length - at);
                await peer.WriteAsync(text.Substring(at, size));
                at += size;
            }
        }
    }

    private static string Question(string id, bool isStream) =>
        $"{{\"model\":\"m\",\"messages\":[{{\"role\":\"user\",\"content\":\"<<{id}>>\"}}],\"stream\":{(isStream ? "true,\"stream_options\":{\"include_usage\":true}" : "false")}}}";

    private static string Words(string id) => string.Concat(Enumerable.Repeat($"[{id}]", int.Parse(id, CultureInfo.InvariantCulture) * 31 % 400));

    private static string Whole(string id) => $"{{\"id\":\"{id}\",\"choices\":[{{\"message\":{{\"content\":\"{Words(id)}\"}},\"finish_reason\":\"stop\"}}]}}";

    private static string Events(string id) =>
        $"data: {{\"id\":\"{id}\",\"choices\":[{{\"delta\":{{\"content\":\"{Words(id)}\"}}}}]}}\n\ndata: {{\"choices\":[{{\"delta\":{{}},\"finish_reason\":\"stop\"}}]}}\n\ndata: [DONE]\n\n";
}
