using System.Text.Json;
using Tollgate.Configuration.Values;

namespace Tollgate.Configuration;

/// <summary>The part of <see cref="ConfigDump"/> about picking backends, leaving them alone and not overrunning them.</summary>
internal static class RoutingDump
{
    internal static void Health(Utf8JsonWriter json, HealthConfig health)
    {
        json.WriteStartObject("health"u8);
        json.WriteBoolean("enabled"u8, health.Enabled);
        json.WriteNumber("failures"u8, health.Failures);
        json.WriteNumber("errorRate"u8, health.ErrorRate);
        json.WriteNumber("minRequests"u8, health.MinRequests);
        json.WriteString("window"u8, DurationText.Write(health.Window));
        json.WriteString("rest"u8, DurationText.Write(health.Rest));
        json.WriteString("maxRest"u8, DurationText.Write(health.MaxRest));
        json.WriteNumber("maxEjected"u8, health.MaxEjected);
        if (health.Probe is { } probe)
        {
            json.WriteStartObject("probe"u8);
            json.WriteString("interval"u8, DurationText.Write(probe.Interval));
            json.WriteString("path"u8, probe.Path);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    internal static void KeepAlive(Utf8JsonWriter json, KeepAliveConfig? alive)
    {
        if (alive is null) return;
        json.WriteStartObject("keepAlive"u8);
        json.WriteString("interval"u8, DurationText.Write(alive.Interval));
        json.WriteBoolean("beforeCommit"u8, alive.BeforeCommit);
        json.WriteEndObject();
    }

    internal static void Hedge(Utf8JsonWriter json, HedgeConfig? hedge)
    {
        if (hedge is null) return;
        json.WriteStartObject("hedge"u8);
        json.WriteString("after"u8, DurationText.Write(hedge.After));
        json.WriteEndObject();
    }

    internal static void Flow(Utf8JsonWriter json, FlowConfig flow)
    {
        if (flow.MaxConcurrent == 0) return;
        json.WriteNumber("maxConcurrent"u8, flow.MaxConcurrent);
        json.WriteNumber("maxQueued"u8, flow.MaxQueued);
        if (flow.QueueTimeout is { } limit) json.WriteString("queueTimeout"u8, DurationText.Write(limit));
    }

    internal static void Balance(Utf8JsonWriter json, BalanceConfig balance)
    {
        if (balance.Mix is { } mix)
        {
            json.WriteStartObject("balance"u8);
            json.WriteStartObject("least-cost"u8);
            json.WriteNumber("input"u8, mix.Input);
            json.WriteNumber("output"u8, mix.Output);
            json.WriteNumber("cachedInput"u8, mix.CachedInput);
            json.WriteEndObject();
            json.WriteEndObject();
            return;
        }

        if (balance.Hash == HashSource.None)
        {
            json.WriteString("balance"u8, balance.Policy);
            return;
        }

        json.WriteStartObject("balance"u8);
        if (balance.Header is { } header)
        {
            json.WriteStartObject("hash"u8);
            json.WriteString("header"u8, header);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("hash"u8, balance.Hash == HashSource.Client ? "client"u8 : "session"u8);
        }

        json.WriteEndObject();
    }

    /// <summary>Of headers only the names: what they must hold is often a secret between the gateway and what stands before it.</summary>
    internal static void Match(Utf8JsonWriter json, MatchConfig? match)
    {
        if (match is null) return;
        json.WriteStartObject("match"u8);
        if (match.ModelPattern is { } pattern)
        {
            json.WriteStartObject("model"u8);
            json.WriteString("regex"u8, pattern);
            json.WriteEndObject();
        }
        else
        {
            json.WriteString("model"u8, match.Model);
        }

        json.WriteStartArray("headers"u8);
        foreach (var header in match.Headers) json.WriteStringValue(header.Name);
        json.WriteEndArray();
        json.WriteStartArray("hosts"u8);
        foreach (var host in match.Hosts) json.WriteStringValue(host);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    internal static void Tls(Utf8JsonWriter json, UpstreamTlsConfig? tls)
    {
        if (tls is null) return;
        json.WriteStartObject("tls"u8);
        json.WriteBoolean("ownAuthorities"u8, tls.AuthoritiesPem is not null);
        json.WriteString("serverName"u8, tls.ServerName);
        if (tls.SubjectAltNames is { } names)
        {
            json.WriteStartArray("subjectAltNames"u8);
            foreach (var name in names.Names) json.WriteStringValue(name);
            json.WriteEndArray();
        }

        json.WriteBoolean("insecure"u8, tls.Insecure);
        json.WriteBoolean("certificate"u8, tls.CertificatePem is not null);
        json.WriteEndObject();
    }

    internal static void Cost(Utf8JsonWriter json, BackendCostConfig? cost)
    {
        if (cost is null) return;
        json.WriteStartObject("cost"u8);
        json.WriteNumber("input"u8, cost.Input);
        json.WriteNumber("output"u8, cost.Output);
        json.WriteEndObject();
    }
}
