using System.Text;
using Tollgate.Protocols;

namespace Tollgate.Tests.Telemetry.Sweep;

/// <summary>One request of the sweep, and what metrics must say of it.</summary>
/// <param name="Operation">The endpoint.</param>
/// <param name="Provider">The kind of provider that answers, which is its name and the model's, too. Null: the gateway answers by itself.</param>
/// <param name="Ask">Asks the gateway; gives the status.</param>
internal sealed record EndpointRow(Operation Operation, string? Provider, Func<SweepGateway, EndpointRow, Task<int>> Ask)
{
    /// <summary>The header, and metric attribute, by which the row's own series are found.</summary>
    public const string Label = "row";

    public bool Streams { get; init; }

    /// <summary>False: nothing in the request names a model.</summary>
    public bool NamesModel { get; init; } = true;

    /// <summary>The model that is told to have answered; null: that is not known.</summary>
    public string? Answerer { get; init; } = Provider is null ? null : SweepGateway.Served.GetValueOrDefault(Provider);

    /// <summary>The types of tokens that the answer tells.</summary>
    public string[] Tokens { get; init; } = [];

    /// <summary>Output tokens, where the request decides how many there are.</summary>
    public int? Output { get; init; }

    /// <summary>Something of the answer came before its end, in events that are told apart.</summary>
    public bool HasFirstToken { get; init; }

    /// <summary>The <c>error.type</c> that is expected, null for a request that goes well.</summary>
    public string? Error { get; init; }

    /// <summary>What the client asks for.</summary>
    public string Model { get; init; } = Provider ?? "nobody";

    public string Name => $"{Operation.Name}, {Provider ?? "the gateway"}{(Streams ? ", streamed" : "")}{(Error is null ? "" : ", " + Error)}";

    /// <summary>The same as a stream.</summary>
    public EndpointRow AsStream() => this with { Streams = true, HasFirstToken = true };

    /// <summary>Posts a JSON body, in which $model and $stream are replaced.</summary>
    public static Func<SweepGateway, EndpointRow, Task<int>> Json(string path, string body) => (gateway, row) => gateway.SendAsync(row, new HttpRequestMessage(HttpMethod.Post, path)
    {
        Content = new StringContent(body.Replace("$model", row.Model, StringComparison.Ordinal).Replace("$stream", row.Streams ? "true" : "false", StringComparison.Ordinal), Encoding.UTF8, "application/json"),
        Headers = { { "anthropic-version", "2023-06-01" } },
    });

    /// <summary>Posts a form with a file, its model and, where it is streamed, <c>stream</c>.</summary>
    public static Func<SweepGateway, EndpointRow, Task<int>> Form(string path, string file, params (string Name, string Value)[] fields) => (gateway, row) =>
    {
        var form = new MultipartFormDataContent { { new StringContent(row.Model), "model" } };
        foreach (var (name, value) in fields) form.Add(new StringContent(value), name);
        if (row.Streams) form.Add(new StringContent("true"), "stream");
        form.Add(new ByteArrayContent(new byte[2000]), file, file + ".bin");
        return gateway.SendAsync(row, new HttpRequestMessage(HttpMethod.Post, path) { Content = form });
    };

    /// <summary>Gets a path.</summary>
    public static Func<SweepGateway, EndpointRow, Task<int>> Get(string path) => (gateway, row) => gateway.SendAsync(row, new HttpRequestMessage(HttpMethod.Get, path));
}
