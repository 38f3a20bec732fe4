using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Tollgate.Cloud.Tests;

/// <summary>A request as an identity service got it.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Host">Host that was meant.</param>
/// <param name="Target">Path and query.</param>
/// <param name="Headers">Its headers.</param>
/// <param name="Body">Its body.</param>
internal sealed record IdentityCall(string Method, string Host, string Target, IReadOnlyDictionary<string, string> Headers, string Body)
{
    public string Path => Target.Split('?')[0];

    /// <summary>The form of the body.</summary>
    public IReadOnlyDictionary<string, string> Form => Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(Body).ToDictionary(p => p.Key, p => p.Value.ToString(), StringComparer.Ordinal);
}

/// <summary>An identity service on real HTTP that answers what the test says: a status and a body.</summary>
internal sealed class CloudStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;

    private CloudStandIn(WebApplication app) => _app = app;

    public ConcurrentQueue<IdentityCall> Calls { get; } = [];

    public Uri Url { get; private set; } = null!;

    /// <summary>What it answers; tests replace it.</summary>
    public Func<IdentityCall, (int Status, string ContentType, string Body)> Answer { get; set; } = _ => (404, "text/plain", "");

    public static async Task<CloudStandIn> StartAsync(Func<IdentityCall, (int Status, string ContentType, string Body)> answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(o => o.Listen(IPAddress.Loopback, 0, l => l.Protocols = HttpProtocols.Http1));
        var app = builder.Build();
        var service = new CloudStandIn(app) { Answer = answer };
        app.Run(service.ServeAsync);
        await app.StartAsync();
        service.Url = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        return service;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        var headers = request.Headers.ToDictionary(h => h.Key, h => h.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var target = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget;
        var call = new IdentityCall(request.Method, request.Host.Value ?? "", target, headers, await reader.ReadToEndAsync());
        Calls.Enqueue(call);
        var (status, type, body) = Answer(call);
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        await context.Response.WriteAsync(body);
    }
}
