using System.Text;
using System.Text.Json;

namespace Tollgate.Cli.Top;

/// <summary>Reads a gateway's admin port.</summary>
internal sealed class Feed(AdminClient client, TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();

    /// <exception cref="HttpRequestException">The gateway cannot be reached, or something else answers there.</exception>
    /// <exception cref="JsonException">What answers there is not a gateway.</exception>
    internal async Task<Reading> ReadAsync(CancellationToken cancellation)
    {
        var page = Encoding.UTF8.GetString(await client.GetAsync("/metrics", cancellation));
        using var backends = JsonDocument.Parse(await client.GetAsync("/backends", cancellation));
        using var limits = JsonDocument.Parse(await client.GetAsync("/limits", cancellation));
        return new Reading(time.GetElapsedTime(_start), [.. Sample.ReadAll(page)], BackendReading.ReadAll(backends.RootElement)) { Limits = LimitReading.ReadAll(limits.RootElement) };
    }
}
