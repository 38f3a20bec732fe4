using System.Text.Json;

namespace Tollgate.Routing.Health;

/// <summary>What the admin port says at <c>/backends</c>. It holds names, figures and codes; no key, no body, no address.</summary>
internal static class BackendsDocument
{
    internal static void Write(Utf8JsonWriter json, StateShelf shelf)
    {
        json.WriteStartObject();
        json.WriteStartArray("providers"u8);
        foreach (var provider in shelf.Providers) Provider(json, provider);
        json.WriteEndArray();
        json.WriteStartArray("backends"u8);
        foreach (var backend in shelf.Backends) Backend(json, backend);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Provider(Utf8JsonWriter json, ProviderState provider)
    {
        json.WriteStartObject();
        json.WriteString("provider"u8, provider.Name);
        if (provider.Gate.IsLimited)
        {
            json.WriteNumber("max_concurrent"u8, provider.Gate.MaxConcurrent);
            json.WriteNumber("under_way"u8, provider.Gate.Inside);
            json.WriteNumber("queued"u8, provider.Gate.Queued);
        }

        json.WriteEndObject();
    }

    private static void Backend(Utf8JsonWriter json, BackendState backend)
    {
        json.WriteStartObject();
        json.WriteString("provider"u8, backend.Provider);
        json.WriteString("model"u8, backend.Model);
        json.WriteString("key"u8, backend.Key.Name);
        json.WriteString("state"u8, StateOf(backend));
        json.WriteNumber("in_flight"u8, backend.InFlight);
        json.WriteNumber("ejections"u8, backend.Circuit.Ejections);
        json.WriteNumber("key_ejections"u8, backend.Key.Circuit.Ejections);
        var rest = backend.ReturnsIn();
        if (rest > TimeSpan.Zero) json.WriteNumber("returns_in_seconds"u8, Math.Round(rest.TotalSeconds, 3));
        if (backend.Streams.Average is { } token) json.WriteNumber("first_token_seconds"u8, Math.Round(token, 6));
        if (backend.Answers.Average is { } headers) json.WriteNumber("headers_seconds"u8, Math.Round(headers, 6));
        if (backend.LastFailure is { } failure)
        {
            json.WriteString("last_error"u8, failure.Error);
            json.WriteString("last_error_at"u8, failure.At);
        }

        json.WriteEndObject();
    }

    /// <summary><c>ok</c>, <c>resting</c> (it was told to), <c>out</c>, <c>key_refused</c>, or <c>probing</c>.</summary>
    internal static string StateOf(BackendState backend) => backend.Reason switch
    {
        RestReason.None => "ok",
        _ when backend.Look() == Standing.Free => "ok",
        _ when backend.Circuit.IsProbing || backend.Key.Circuit.IsProbing => "probing",
        RestReason.Credential => "key_refused",
        RestReason.Throttled => "resting",
        _ => "out",
    };
}
