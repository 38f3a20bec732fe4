using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tollgate.Simulator.Content;

namespace Tollgate.Simulator.Wire;

/// <summary>One request to a stand-in.</summary>
internal sealed class Call(HttpContext context, SimulatorState simulator, string[] path)
{
    private static readonly byte[] GarbageBytes = "}{ \u0000 this is not what was asked for <<<"u8.ToArray();

    public HttpContext Context => context;

    public SimulatorState Simulator => simulator;

    /// <summary>Segments of the path, each decoded by itself: a model's name may hold an escaped slash.</summary>
    public string[] Path => path;

    public ErrorShape Errors { get; set; }

    public Faults Faults { get; private set; } = new Faults()
        .With(context.Request.Query["sim"]).With(context.Request.Headers["x-sim"])
        .With(simulator.Options.Knobs?.Invoke(context.Request))
        .With(Assigned("latency", context.Request.Query["latency"])).With(Assigned("tps", context.Request.Query["tps"]));

    public string RequestId { get; } = simulator.Ids.Next("req_", 24);

    /// <summary>Writes an error into a stream that has begun. Null: nothing has begun, or the dialect has no such thing.</summary>
    public Func<Refusal, ValueTask>? OnBrokenStream { get; set; }

    public CancellationToken Aborted => context.RequestAborted;

    public long Now => simulator.Time.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>The body as a JSON object.</summary>
    public async Task<JsonObject> ReadAsync()
    {
        try
        {
            var node = await JsonNode.ParseAsync(context.Request.Body, documentOptions: new JsonDocumentOptions { MaxDepth = 256, AllowDuplicateProperties = false }, cancellationToken: Aborted);
            return node as JsonObject ?? throw new Refusal(400, "The body must be a JSON object.");
        }
        catch (JsonException)
        {
            throw new Refusal(400, "We could not parse the JSON body of your request.");
        }
    }

    /// <summary>The body as a form.</summary>
    public async Task<IFormCollection> FormAsync()
    {
        try
        {
            if (context.Request.HasFormContentType) return await context.Request.ReadFormAsync(Aborted);
        }
        catch (InvalidDataException)
        {
            // Told below, like a form that is none.
        }

        throw new Refusal(400, "Could not parse multipart form.");
    }

    /// <summary>Lets all that may happen before an answer happen. Throws when the answer is over with that.</summary>
    /// <param name="model">The model's name; may carry knobs.</param>
    /// <param name="contentType">What the answer would have been, for faults that pretend to be one.</param>
    public async ValueTask BeginAsync(string model = "", string contentType = "application/json")
    {
        Faults = Faults.WithModel(model);
        if (Faults.Reset)
        {
            context.Abort();
            throw new AnswerEnded();
        }

        if (Faults.Timeout) await DelayAsync(Timeout.InfiniteTimeSpan);
        await DelayAsync(Faults.FirstToken ?? simulator.Options.FirstTokenLatency);
        RequireKey();
        if (Faults.Html) await EndWithAsync(Faults.Status ?? 502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n"u8.ToArray());
        if (Faults.Named is { } named) throw named.Of(Errors);
        if (Faults.Status is { } status) throw Simulated(status);
        if (Faults.Empty) await EndWithAsync(200, contentType, []);
        if (Faults.Garbage) await EndWithAsync(200, contentType, GarbageBytes);
    }

    /// <summary>Sends a JSON answer in one piece.</summary>
    public async Task SendAsync(JsonNode body, int tokens = 0, int status = 200)
    {
        await new Pace(this).AllAsync(tokens);
        await SendBytesAsync(JsonText.Bytes(body), "application/json", status);
    }

    /// <summary>Sends an answer in one piece; a fault after some tokens happens halfway through.</summary>
    public async Task SendBytesAsync(ReadOnlyMemory<byte> body, string contentType, int status = 200)
    {
        if (Faults.ErrorAfter is not null) await new Pace(this).EndAsync();
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        if (Faults.NeedsTokens > 0)
        {
            await context.Response.Body.WriteAsync(body[..(body.Length / 2)], Aborted);
            await context.Response.Body.FlushAsync(Aborted);
            await new Pace(this).EndAsync();
        }

        await context.Response.Body.WriteAsync(Faults.NeedsTokens > 0 ? body[(body.Length / 2)..] : body, Aborted);
    }

    public Task DelayAsync(TimeSpan time) =>
        time == TimeSpan.Zero || (time < TimeSpan.Zero && time != Timeout.InfiniteTimeSpan)
            ? Task.CompletedTask : Task.Delay(time, simulator.Time, Aborted);

    /// <summary>Sends an error in the provider's own shape.</summary>
    public async Task RefuseAsync(Refusal refusal)
    {
        if (refusal.RetryAfter is { } seconds) context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        if (Errors == ErrorShape.Aws) context.Response.Headers["x-amzn-errortype"] = ErrorBodies.AwsType(refusal.Status);
        context.Response.StatusCode = Errors == ErrorShape.Aws && refusal.Status == 529 ? 503 : refusal.Status;
        context.Response.ContentType = "application/json";
        await context.Response.Body.WriteAsync(JsonText.Bytes(ErrorBodies.Of(Errors, refusal, RequestId)), Aborted);
    }

    private Refusal Simulated(int status) => new(status, status switch
    {
        400 => "The simulator was asked to call this request invalid.",
        401 or 403 => "Incorrect API key provided.",
        429 => "Rate limit reached: the simulator was asked to say so.",
        529 => "Overloaded",
        _ => "The simulator was asked to fail.",
    })
    { RetryAfter = status == 429 ? Faults.RetryAfter ?? 1 : Faults.RetryAfter };

    private async ValueTask EndWithAsync(int status, string contentType, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        await context.Response.Body.WriteAsync(body, Aborted);
        throw new AnswerEnded();
    }

    private void RequireKey()
    {
        var headers = context.Request.Headers;
        if (!simulator.Options.RequireKey && !headers.ContainsKey("x-sim-require-key")) return;
        foreach (var name in (ReadOnlySpan<string>)["Authorization", "x-api-key", "api-key", "x-goog-api-key"])
        {
            if (headers[name].Count > 0) return;
        }

        if (context.Request.Query.ContainsKey("key")) return;
        throw new Refusal(Errors == ErrorShape.Aws ? 403 : 401, "You didn't provide an API key.");
    }

    private static string? Assigned(string name, string? value) => value is null ? null : $"{name}={value}";
}
