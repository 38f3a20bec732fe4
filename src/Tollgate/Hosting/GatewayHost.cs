using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Endpoints;
using Tollgate.Model;
using Tollgate.Telemetry;

namespace Tollgate.Hosting;

/// <summary>The gateway as a process of its own: Kestrel with the clients' listeners and, apart from them, the admin listener.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<ClientListener> _clients;
    private readonly ListenOptions _admin;

    private GatewayHost(WebApplication app, List<ClientListener> clients, ListenOptions admin) => (_app, _clients, _admin) = (app, clients, admin);

    /// <summary>Where clients call; known once it has started.</summary>
    public IReadOnlyList<Uri> Addresses => [.. _clients.Select(listener => Address(listener.Options, listener.Scheme))];

    /// <summary>Where operators ask; known once it has started.</summary>
    public Uri AdminAddress => Address(_admin, Uri.UriSchemeHttp);

    /// <summary>The services, for whoever embeds the host.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>The configuration in force.</summary>
    public GatewayConfig Config => _app.Services.GetRequiredService<ModelStore>().Current.Config;

    /// <summary>True when nobody wrote a configuration: the environment was searched for providers.</summary>
    public bool IsDiscovered => _app.Services.GetRequiredService<ConfigSource>().IsDiscovered;

    /// <summary>Builds the host. It does not listen yet.</summary>
    /// <param name="services">Adds the gateway, with <c>AddTollgate</c>, and what else is wanted.</param>
    /// <param name="logging">Adds where log messages go; null: nowhere.</param>
    /// <exception cref="ConfigurationException">The configuration has mistakes.</exception>
    public static GatewayHost Create(Action<IServiceCollection> services, Action<ILoggingBuilder>? logging = null)
    {
        // The content root is a small folder, because hosting may watch it.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore(); // first, so that other sockets can be added behind its own
        services(builder.Services);
        var level = new LogLevelSwitch();
        builder.Services.AddSingleton(level);
        Quiet(builder.Logging, level);
        logging?.Invoke(builder.Logging);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromDays(2)); // longer than any drain.max, which says how long running requests may take
        var clients = new List<ClientListener>();
        ListenOptions? admin = null;
        builder.Services.AddSingleton<IMemoryPoolFactory<byte>, BlockPool.Factory>(); // behind Kestrel's own, so that it is the one
        builder.Services.AddHostedService<Rest>();
        builder.WebHost.ConfigureKestrel((_, kestrel) =>
        {
            var config = kestrel.ApplicationServices.GetRequiredService<ModelStore>().Current.Config;
            Limits(kestrel);
            foreach (var address in config.Listen) kestrel.Listen(new ClientEndPoint(Host(address), address.Port), options => clients.Add(Configure(options, address)));
            kestrel.Listen(new IPEndPoint(Host(config.Admin), config.Admin.Port), options =>
            {
                admin = options;
                options.Use(next => connection =>
                {
                    connection.Features.Set(AdminConnection.Instance);
                    return next(connection);
                });
            });
        });

        var app = builder.Build();
        Compose(app);
        _ = app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<KestrelServerOptions>>().Value;
        return new GatewayHost(app, clients, admin!);
    }

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">An address is taken.</exception>
    public Task StartAsync(CancellationToken cancellationToken = default) => _app.StartAsync(cancellationToken);

    /// <summary>Accepts nothing new and waits until what runs has ended, until told otherwise.</summary>
    public Task StopAsync(CancellationToken cancellationToken = default) => _app.StopAsync(cancellationToken);

    /// <summary>Ends when the process was told to stop and what ran has ended.</summary>
    /// <param name="hurry">Cancelled: what still runs is broken off.</param>
    public async Task WaitForShutdownAsync(CancellationToken hurry = default)
    {
        var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using (_app.Lifetime.ApplicationStopping.Register(stopping.SetResult)) await stopping.Task.ConfigureAwait(false);
        await _app.Services.GetRequiredService<Drain>().RunAsync(_app.StopAsync, hurry).ConfigureAwait(false);
    }

    /// <summary>Reads the configuration again. False: it was refused, and the one before stays.</summary>
    public bool Reload() => _app.Services.GetRequiredService<Reloader>().Reload();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Compose(WebApplication app)
    {
        // By connection, never by Host header or path: only the admin listener's connections carry the mark.
        app.MapWhen(context => context.Features.Get<AdminConnection>() is not null, admin => admin
            .UseRouting()
            .UseEndpoints(endpoints => endpoints.MapTollgateAdmin()));
        app.Use(app.Services.GetRequiredService<ExactPaths>().Before);
        app.UseRouting(); // after the branch: a request that is already matched would not be matched again in there
        app.MapTollgate().MapTollgateFallback();
    }

    /// <summary>
    /// ASP.NET Core logs queries, in which some clients send keys; and its log of requests, which nobody reads beside the access log,
    /// costs a scope and an activity for each.
    /// </summary>
    private static void Quiet(ILoggingBuilder logging, LogLevelSwitch level) => logging
        .SetMinimumLevel(LogLevel.Trace)
        .AddFilter((_, message) => level.Lets(message)) // the next ones, which name a category, come before it
        .AddFilter("Microsoft", LogLevel.Warning)
        .AddFilter("System", LogLevel.Warning)
        .AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);

    private static void Limits(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // the gateway's own limits answer in the client's dialect
        kestrel.Limits.MaxRequestLineSize = 16 * 1024;
    }

    private static ClientListener Configure(ListenOptions options, ListenAddress address)
    {
        if (address.Http2) options.Protocols = HttpProtocols.Http2;
        if (address.Tls is null) return new ClientListener(options, Uri.UriSchemeHttp);

        var services = options.ApplicationServices;
        var models = services.GetRequiredService<ModelStore>();
        new ListenerTls(address, () => models.Current.Config.Listen.FirstOrDefault(listen => listen.ToString() == address.ToString())?.Tls, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<GatewayHost>>()).Apply(options);
        return new ClientListener(options, Uri.UriSchemeHttps);
    }

    private static IPAddress Host(ListenAddress address) => address.Host switch
    {
        "*" => IPAddress.IPv6Any,
        "localhost" => IPAddress.Loopback,
        _ => IPAddress.Parse(address.Host),
    };

    private static Uri Address(ListenOptions options, string scheme)
    {
        var endPoint = options.IPEndPoint!;
        var host = endPoint.Address.Equals(IPAddress.IPv6Any) || endPoint.Address.Equals(IPAddress.Any) ? IPAddress.Loopback : endPoint.Address;
        return new UriBuilder(scheme, host.ToString(), endPoint.Port).Uri;
    }

    private readonly record struct ClientListener(ListenOptions Options, string Scheme);

    private sealed class AdminConnection
    {
        internal static readonly AdminConnection Instance = new();
    }
}
