using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Tollgate.Admin;
using Tollgate.Configuration;
using Tollgate.Endpoints;
using Tollgate.Endpoints.Usage;
using Tollgate.Keys;
using Tollgate.Limits;
using Tollgate.Limits.Reading;
using Tollgate.Metering.Ledger;
using Tollgate.Model;
using Tollgate.Routing.Health;
using Tollgate.Telemetry;

namespace Tollgate;

/// <summary>What operators ask: metrics, health, the configuration in force. Map it on a port that clients cannot reach.</summary>
public static class TollgateAdminEndpoints
{
    /// <summary>Maps <c>/metrics</c>, <c>/healthz</c>, <c>/readyz</c>, <c>/backends</c> (their health), <c>/limits</c> (what is used of them), <c>/ledger</c> and <c>/config</c> (secrets redacted), <c>/loglevel</c>, and below <c>/admin/v1</c> what wants the admin token.</summary>
    public static IEndpointRouteBuilder MapTollgateAdmin(this IEndpointRouteBuilder endpoints)
    {
        var services = endpoints.ServiceProvider;
        var exporter = services.GetRequiredService<PrometheusExporter>();
        services.GetRequiredService<GatewayMetrics>().Exemplars = exporter.Keep;
        var models = services.GetRequiredService<ModelStore>();
        services.GetRequiredService<BackendMetrics>();
        services.GetRequiredService<LedgerMetrics>();
        services.GetRequiredService<KeyStoreMetrics>();
        var lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        string[] get = ["GET", "HEAD"];
        endpoints.MapMethods("/metrics", get, context => MetricsAsync(context, exporter));
        endpoints.MapMethods("/healthz", get, context => TextAsync(context, StatusCodes.Status200OK, "ok\n"));
        endpoints.MapMethods("/readyz", get, context => ReadyAsync(context, lifetime));
        endpoints.MapMethods("/config", get, context => JsonAsync(context, json => ConfigDump.Write(json, models.Current.Config)));
        var shelf = services.GetRequiredService<StateShelf>();
        endpoints.MapMethods("/backends", get, context => JsonAsync(context, json => BackendsDocument.Write(json, shelf)));
        services.GetRequiredService<LimitMetrics>();
        var counters = services.GetRequiredService<LimitReader>();
        endpoints.MapMethods("/limits", get, async context => await JsonAsync(context, (await LimitsDocument.ReadAsync(counters, models.Current, context.RequestAborted).ConfigureAwait(false)).Write).ConfigureAwait(false));
        var ledger = services.GetRequiredService<LedgerDesk>();
        endpoints.MapMethods("/ledger", get, context => JsonAsync(context, json => LedgerDocument.Write(json, ledger)));
        var level = services.GetRequiredService<LogLevelSwitch>();
        level.Level = models.Current.Config.Telemetry.LogLevel;
        endpoints.MapMethods("/loglevel", ["GET", "PUT"], context => LogLevelEndpoint.HandleAsync(context, level));
        services.GetRequiredService<BootstrapToken>().Prepare(models.Current.Config);
        endpoints.Map("/admin/v1/usage", services.GetRequiredService<AdminDoor>().Guard(services.GetRequiredService<AdminUsage>().GetAsync));
        services.GetRequiredService<AdminApi>().Map(endpoints);
        return endpoints;
    }

    private static Task ReadyAsync(HttpContext context, IHostApplicationLifetime lifetime)
    {
        // Started means that the listeners accept; stopping means that new requests should go elsewhere.
        if (lifetime.ApplicationStopping.IsCancellationRequested) return TextAsync(context, StatusCodes.Status503ServiceUnavailable, "stopping\n");
        return lifetime.ApplicationStarted.IsCancellationRequested
            ? TextAsync(context, StatusCodes.Status200OK, "ready\n")
            : TextAsync(context, StatusCodes.Status503ServiceUnavailable, "starting\n");
    }

    private static Task MetricsAsync(HttpContext context, PrometheusExporter exporter)
    {
        var buffer = new ArrayBufferWriter<byte>(16 * 1024);
        var format = ExpositionFormats.Accepted(context.Request.Headers.Accept);
        exporter.Write(buffer, format);
        context.Response.Headers.Vary = "Accept";
        return BytesAsync(context, ExpositionFormats.ContentType(format), buffer.WrittenMemory);
    }

    private static Task JsonAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4 * 1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true })) write(writer);
        buffer.Write("\n"u8); // it is read in terminals
        return BytesAsync(context, "application/json", buffer.WrittenMemory);
    }

    private static Task TextAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    private static async Task BytesAsync(HttpContext context, string contentType, ReadOnlyMemory<byte> bytes)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }
}
