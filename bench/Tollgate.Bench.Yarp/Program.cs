// The least that one can write with YARP: every request goes to one address, through IHttpForwarder. The client is the one of its documentation,
// https://learn.microsoft.com/aspnet/core/fundamentals/servers/yarp/direct-forwarding. Usage: PORT UPSTREAM
using System.Diagnostics;
using System.Net;
using Yarp.ReverseProxy.Forwarder;

var (port, upstream) = (args[0], args[1]);
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
builder.WebHost.ConfigureKestrel(k => k.Limits.MaxRequestBodySize = null);
builder.Services.AddHttpForwarder();
await using var app = builder.Build();

using var client = new HttpMessageInvoker(new SocketsHttpHandler
{
    UseProxy = false,
    AllowAutoRedirect = false,
    AutomaticDecompression = DecompressionMethods.None,
    UseCookies = false,
    EnableMultipleHttp2Connections = true,
    ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
    ConnectTimeout = TimeSpan.FromSeconds(15),
});
app.MapForwarder("/{**catch-all}", upstream, ForwarderRequestConfig.Empty, HttpTransformer.Default, client);
await app.RunAsync();
