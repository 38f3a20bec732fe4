using Microsoft.AspNetCore.Http;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Sources;
using Tollgate.Telemetry;

namespace Tollgate.Endpoints;

/// <summary><c>/loglevel</c> on the admin port: <c>GET</c> tells the level, <c>PUT</c> sets it until the next start or reload.</summary>
internal static class LogLevelEndpoint
{
    private const int Longest = 16;

    internal static async Task HandleAsync(HttpContext context, LogLevelSwitch log)
    {
        if (HttpMethods.IsPut(context.Request.Method))
        {
            if (TelemetryBinder.Level(await WordAsync(context).ConfigureAwait(false)) is not { } level)
            {
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
                await context.Response.WriteAsync($"send one of these words as the body: {string.Join(", ", TelemetryShapes.Levels)}\n", context.RequestAborted).ConfigureAwait(false);
                return;
            }

            log.Level = level;
        }

        context.Response.ContentType = "text/plain; charset=utf-8";
        var word = TelemetryShapes.Levels.First(w => TelemetryBinder.Level(w) == log.Level);
        await context.Response.WriteAsync(word + "\n", context.RequestAborted).ConfigureAwait(false);
    }

    private static async Task<string> WordAsync(HttpContext context)
    {
        var bytes = new byte[Longest];
        var length = await context.Request.Body.ReadAtLeastAsync(bytes, Longest, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        return System.Text.Encoding.ASCII.GetString(bytes, 0, length).Trim();
    }
}
