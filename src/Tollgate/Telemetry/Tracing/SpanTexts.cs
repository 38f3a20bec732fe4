using System.Collections.Concurrent;
using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace Tollgate.Telemetry.Tracing;

/// <summary>Texts on spans that are put together from the same parts for nearly every request: put together once.</summary>
internal sealed class SpanTexts
{
    /// <summary>Models are named by clients where a glob serves them: further ones are put together anew each time.</summary>
    private const int Kept = 1024;

    private static readonly FrozenDictionary<string, string[]> Reasons =
        new[] { "stop", "length", "tool_calls", "content_filter", "function_call", "end_turn", "max_tokens", "stop_sequence", "tool_use", "STOP", "MAX_TOKENS", "completed" }
            .ToFrozenDictionary(r => r, r => new[] { r }, StringComparer.Ordinal);

    private readonly ConcurrentDictionary<(string First, string Second), string> _names = new();
    private HostParts? _host;
    private int _kept;

    /// <summary>Two words with a space between them.</summary>
    internal string Name(string first, string second)
    {
        if (_names.TryGetValue((first, second), out var name)) return name;
        name = $"{first} {second}";
        if (Volatile.Read(ref _kept) < Kept && _names.TryAdd((first, second), name)) Interlocked.Increment(ref _kept);
        return name;
    }

    /// <summary>A host's name and port; clients nearly all use the same.</summary>
    internal (string Name, object? Port) Host(HostString host)
    {
        var known = Volatile.Read(ref _host);
        if (known is null || !string.Equals(known.Value, host.Value, StringComparison.Ordinal))
        {
            known = new HostParts(host.Value!, host.Host, host.Port is { } port ? Boxed.Of(port) : null);
            Volatile.Write(ref _host, known);
        }

        return (known.Name, known.Port);
    }

    /// <summary><c>1.1</c> of <c>HTTP/1.1</c>.</summary>
    internal static string Version(string protocol) =>
        HttpProtocol.IsHttp11(protocol) ? "1.1"
        : HttpProtocol.IsHttp2(protocol) ? "2"
        : protocol.StartsWith("HTTP/", StringComparison.Ordinal) ? protocol[5..] : protocol;

    /// <summary>The reason why an answer ended, as the list that the convention wants. Nobody changes it.</summary>
    internal static string[] Reason(string reason) => Reasons.TryGetValue(reason, out var list) ? list : [RequestTrace.Bounded(reason)];

    private sealed record HostParts(string Value, string Name, object? Port);
}
