using System.Globalization;
using System.Text.Json;
using Tollgate.Configuration.Values;

namespace Tollgate.Configuration;

/// <summary>
/// The configuration as the admin port shows it. Secrets are <c>[redacted]</c>, of a secret in a file only the file's
/// name is shown, and so is every value that often is a secret: headers and body members that a provider is sent.
/// </summary>
public static class ConfigDump
{
    private const string Redacted = "[redacted]";

    /// <summary>Writes the configuration as one object, in the words of the configuration file.</summary>
    public static void Write(Utf8JsonWriter json, GatewayConfig config)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(config);
        json.WriteStartObject();
        json.WriteString("source"u8, config.Source);
        Strings(json, "listen", config.Listen.Select(address => address.ToString()));
        json.WriteString("admin"u8, config.Admin.ToString());
        Secret(json, "adminToken", config.AdminToken);
        if (!config.Admins.IsEmpty) Strings(json, "admins", config.Admins.Select(admin => admin.Name));
        Text(json, "stateDir", config.StateDir);
        Text(json, "keyStore", config.KeyStore?.Reveal().Split(':')[0]);
        json.WriteStartObject("providers"u8);
        foreach (var provider in config.Providers) Provider(json, provider);
        json.WriteEndObject();
        json.WriteStartObject("models"u8);
        foreach (var model in config.Models) Model(json, model);
        json.WriteEndObject();
        Strings(json, "clients", config.Clients.Select(client => client.Name));
        if (!config.Teams.IsEmpty) Strings(json, "teams", config.Teams.Select(team => team.Name));
        if (!config.Organizations.IsEmpty) Strings(json, "organizations", config.Organizations.Select(organization => organization.Name));
        Authentication(json, config);
        Text(json, "default", config.Default);
        json.WriteBoolean("allowAnonymous"u8, config.AllowAnonymous);
        json.WriteNumber("maxRequestBody"u8, config.MaxRequestBody);
        json.WriteNumber("maxUpload"u8, config.MaxUpload);
        Text(json, "proxy", config.Proxy?.AbsoluteUri);
        Settings(json, config);
        json.WriteEndObject();
    }

    private static void Authentication(Utf8JsonWriter json, GatewayConfig config)
    {
        if (!config.Authentication.Jwt.IsEmpty) Strings(json, "issuers", config.Authentication.Jwt.Select(issuer => issuer.Issuer ?? "*"));
        if (config.Authentication.Basic is { } basic) Secret(json, "basic", basic);
        AccessDump.Write(json, config.Access);
        AccessDump.Write(json, config.ClientAddress);
        if (config.Cors is { } cors) Strings(json, "cors", cors.Origins);
    }

    private static void Settings(Utf8JsonWriter json, GatewayConfig config)
    {
        json.WriteStartObject("prefixes"u8);
        json.WriteString("openai"u8, config.Prefixes.OpenAI);
        json.WriteString("anthropic"u8, config.Prefixes.Anthropic);
        json.WriteString("cohere"u8, config.Prefixes.Cohere);
        json.WriteEndObject();
        Retry(json, config.Retry.Attempts, config.Retry.Deadline, config.Retry.MaxWait, config.Retry.Again);
        RoutingDump.KeepAlive(json, config.KeepAlive);
        json.WriteStartObject("drain"u8);
        Duration(json, "delay", config.Drain.Delay);
        Duration(json, "max", config.Drain.Max);
        json.WriteEndObject();
        RoutingDump.Health(json, config.Health);
        Fetch(json, config.Fetch);
        json.WriteString("fidelity"u8, Word(config.Fidelity));
        json.WriteStartObject("accessLog"u8);
        json.WriteBoolean("enabled"u8, config.AccessLog.Enabled);
        json.WriteBoolean("bodies"u8, config.AccessLog.Bodies);
        json.WriteNumber("sample"u8, config.AccessLog.Sample);
        json.WriteEndObject();
        json.WriteStartObject("costReport"u8);
        json.WriteBoolean("header"u8, config.CostReport.Header);
        json.WriteBoolean("usage"u8, config.CostReport.Usage);
        json.WriteEndObject();
        Strings(json, "costs", config.Costs.Select(cost => cost.Name));
        Strings(json, "prices", config.Prices.Select(price => $"{price.Owner}: {price.Model}"));
        LimitDump.Write(json, config);
        StoresDump.Write(json, config.Stores);
        LedgerDump.Write(json, config);
        TelemetryDump.Write(json, config.Telemetry);
    }

    private static void Provider(Utf8JsonWriter json, ProviderConfig provider)
    {
        json.WriteStartObject(provider.Name);
        json.WriteString("kind"u8, provider.Kind);
        Text(json, "as", provider.As);
        Text(json, "url", provider.Url?.AbsoluteUri.TrimEnd('/'));
        Secret(json, "key", provider.Key);
        if (!provider.Keys.IsEmpty) Strings(json, "keys", provider.Keys.Select(key => key.File ?? Redacted));
        Secret(json, "token", provider.Token);
        Text(json, "aws", provider.Aws is null ? null : Redacted);
        Text(json, "azure", provider.Azure is null ? null : Redacted);
        Text(json, "gcp", provider.Gcp is null ? null : Redacted);
        Text(json, "region", provider.Region);
        Text(json, "project", provider.Project);
        Text(json, "location", provider.Location);
        Text(json, "apiVersion", provider.ApiVersion);
        Text(json, "dialect", provider.Dialect);
        if (!provider.Betas.IsEmpty) Strings(json, "betas", provider.Betas);
        Mutation(json, "headers", provider.Headers.Set, provider.Headers.Remove);
        Mutation(json, "body", provider.Body.Set, provider.Body.Remove);
        var timeouts = provider.Timeouts;
        Timeouts(json, timeouts.Connect, timeouts.Headers, timeouts.FirstToken, timeouts.Idle, timeouts.Total);
        RoutingDump.Tls(json, provider.Tls);
        RoutingDump.Flow(json, provider.Flow);
        if (provider.Health is { } health) RoutingDump.Health(json, health);
        json.WriteEndObject();
    }

    private static void Retry(Utf8JsonWriter json, int? attempts, TimeSpan? deadline, TimeSpan? maxWait, bool? again)
    {
        json.WriteStartObject("retry"u8);
        if (attempts is { } number) json.WriteNumber("attempts"u8, number);
        Duration(json, "deadline", deadline);
        Duration(json, "maxWait", maxWait);
        if (again is { } flag) json.WriteBoolean("again"u8, flag);
        json.WriteEndObject();
    }

    private static void Timeouts(Utf8JsonWriter json, TimeSpan? connect, TimeSpan? headers, TimeSpan? firstToken, TimeSpan? idle, TimeSpan? total)
    {
        json.WriteStartObject("timeouts"u8);
        Duration(json, "connect", connect);
        Duration(json, "headers", headers);
        Duration(json, "firstToken", firstToken);
        Duration(json, "idle", idle);
        Duration(json, "total", total);
        json.WriteEndObject();
    }

    private static void Model(Utf8JsonWriter json, ModelConfig model)
    {
        json.WriteStartObject(model.Name);
        RoutingDump.Match(json, model.Match);
        AccessDump.Write(json, model.Access);
        Text(json, "ownedBy", model.OwnedBy);
        if (model.Resumes) json.WriteString("brokenStream"u8, "resume"u8);
        RoutingDump.KeepAlive(json, model.KeepAlive);
        RoutingDump.Hedge(json, model.Hedge);
        if (model.Retry is { } retry) Retry(json, retry.Attempts, retry.Deadline, retry.MaxWait, retry.Again);
        if (model.Timeouts is { } limits) Timeouts(json, limits.Connect, limits.Headers, limits.FirstToken, limits.Idle, limits.Total);
        Text(json, "created", model.Created?.ToString("O", CultureInfo.InvariantCulture));
        json.WriteStartArray("backends"u8);
        foreach (var backend in model.Backends)
        {
            json.WriteStartObject();
            json.WriteString("provider"u8, backend.Provider);
            Text(json, "model", backend.Model);
            json.WriteNumber("weight"u8, backend.Weight);
            json.WriteNumber("priority"u8, backend.Priority);
            RoutingDump.Cost(json, backend.Cost);
            Mutation(json, "headers", backend.Headers.Set, backend.Headers.Remove);
            Mutation(json, "body", backend.Body.Set, backend.Body.Remove);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        RoutingDump.Balance(json, model.Balance);
        if (model.Fetch is { } fetch) Fetch(json, fetch);
        Text(json, "fidelity", model.Fidelity is { } mode ? Word(mode) : null);
        json.WriteEndObject();
    }

    private static string Word(FidelityMode mode) => mode == FidelityMode.Strict ? "strict" : "announce";

    private static void Fetch(Utf8JsonWriter json, FetchConfig fetch)
    {
        json.WriteStartObject("fetch"u8);
        json.WriteBoolean("images"u8, fetch.Images);
        json.WriteBoolean("documents"u8, fetch.Documents);
        json.WriteBoolean("http"u8, fetch.Http);
        Strings(json, "hosts", fetch.Hosts);
        json.WriteNumber("maxBytes"u8, fetch.MaxBytes);
        json.WriteString("timeout"u8, DurationText.Write(fetch.Timeout));
        json.WriteEndObject();
    }

    private static void Secret(Utf8JsonWriter json, string name, SecretSource? source)
    {
        if (source is null) return;

        if (source.File is null)
        {
            json.WriteString(name, Redacted);
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("file"u8, source.File);
        json.WriteEndObject();
    }

    private static void Mutation(Utf8JsonWriter json, string name, IReadOnlyList<KeyValuePair<string, string>> set, IReadOnlyList<string> remove)
    {
        if (set.Count == 0 && remove.Count == 0) return;

        json.WriteStartObject(name);
        json.WriteStartObject("set"u8);
        foreach (var (key, _) in set) json.WriteString(key, Redacted);
        json.WriteEndObject();
        Strings(json, "remove", remove);
        json.WriteEndObject();
    }

    private static void Duration(Utf8JsonWriter json, string name, TimeSpan? value) =>
        Text(json, name, value is { } duration ? DurationText.Write(duration) : null);

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
