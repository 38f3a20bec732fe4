using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tollgate.Simulator.Hosting;

/// <summary>Builds the web application around the stand-ins: Kestrel and routing, no files, no settings, no log.</summary>
internal static class SimulatorApplication
{
    private const long MaxBody = 512L << 20;

    public static WebApplication Build(SimulatorOptions options, TimeProvider time, Action<WebApplicationBuilder> configure)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        builder.Services.Configure<KestrelServerOptions>(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(time);
        // The default lifetime listens for Ctrl+C; that is the business of whoever runs us.
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        // A stand-in that is asked to hang must not hold up the end of its host.
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        configure(builder);
        var application = builder.Build();
        application.MapSimulator(options);
        return application;
    }

    private sealed class QuietLifetime : IHostLifetime
    {
        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
