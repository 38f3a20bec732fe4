using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Tollgate.Configuration;

/// <summary>What is told of requests, beyond what is told of every one.</summary>
public sealed record TelemetryConfig
{
    /// <summary>Headers of requests whose value spans and the access log get: header, and the attribute's name.</summary>
    public ImmutableArray<KeyValuePair<string, string>> RequestHeaders { get; init; } = [KeyValuePair.Create("agent-session-id", "session.id")];

    /// <summary>Headers of requests whose value metrics get. Of each, few values are told apart.</summary>
    public ImmutableArray<KeyValuePair<string, string>> MetricHeaders { get; init; } = [];

    /// <summary>Ids of requests.</summary>
    public RequestIdConfig RequestId { get; init; } = new();

    /// <summary>Log messages below it are left out. Can be changed at run time.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Information;
}

/// <summary>Ids of requests.</summary>
/// <param name="Header">The header that carries it, from callers and to providers.</param>
/// <param name="Accept">A caller's id is taken over when it is one: 128 letters, digits and <c>.:_-</c> at most.</param>
/// <param name="Send">Providers are told the id.</param>
public sealed record RequestIdConfig(string Header = "x-request-id", bool Accept = true, bool Send = true);
