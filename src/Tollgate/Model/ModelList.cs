using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tollgate.Protocols;
using Tollgate.Routing;

namespace Tollgate.Model;

/// <summary>What clients may ask for, as OpenAI's and Anthropic's model lists show it. Globs name nothing, so they are left out.</summary>
internal sealed class ModelList
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly (string Name, Route Route)[] _routes;

    /// <param name="routes">The routes; of those with the same name the first is shown.</param>
    /// <param name="shows">Which names to show; null: all.</param>
    internal ModelList(IEnumerable<Route> routes, Func<string, bool>? shows = null)
    {
        _routes = [.. routes.Where(r => r.ListedName is { } name && shows?.Invoke(name) != false).Select(r => (r.ListedName!, r)).DistinctBy(r => r.Item1, StringComparer.Ordinal)];
        OpenAI = Write(WriteOpenAIList);
    }

    /// <summary>Body of OpenAI's <c>GET /v1/models</c>.</summary>
    internal ReadOnlyMemory<byte> OpenAI { get; }

    /// <summary>At most five names, for the message about a model that is not there.</summary>
    internal string Sample => _routes.Length switch
    {
        0 => "",
        <= 5 => string.Join(", ", _routes.Select(r => r.Name)),
        _ => string.Join(", ", _routes.Take(5).Select(r => r.Name)) + ", …",
    };

    /// <summary>Body of Anthropic's <c>GET /v1/models</c>: a page after (or before) an id, 20 entries unless told (1 to 1000).</summary>
    internal ReadOnlyMemory<byte> AnthropicPage(string? afterId, string? beforeId, int limit)
    {
        var after = IndexOf(afterId);
        var before = IndexOf(beforeId);
        var start = after >= 0 ? after + 1 : before >= 0 ? Math.Max(0, before - limit) : 0;
        var end = Math.Min(_routes.Length, before >= 0 && after < 0 ? before : start + limit);
        var page = _routes.AsSpan(start, Math.Max(0, end - start)).ToArray();
        var more = before >= 0 && after < 0 ? start > 0 : end < _routes.Length;
        return Write(writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("data"u8);
            foreach (var (name, route) in page) WriteAnthropic(writer, name, route);
            writer.WriteEndArray();
            writer.WriteBoolean("has_more"u8, more);
            writer.WriteString("first_id"u8, page.Length > 0 ? page[0].Name : null);
            writer.WriteString("last_id"u8, page.Length > 0 ? page[^1].Name : null);
            writer.WriteEndObject();
        });
    }

    /// <summary>One entry. <paramref name="name"/> may be served by a glob.</summary>
    internal static ReadOnlyMemory<byte> Entry(ApiFamily family, string name, Route route) => Write(writer =>
    {
        if (family == ApiFamily.Anthropic) WriteAnthropic(writer, name, route);
        else WriteOpenAI(writer, name, route);
    });

    private int IndexOf(string? id) => id is null ? -1 : Array.FindIndex(_routes, r => r.Name == id);

    private void WriteOpenAIList(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "list"u8);
        writer.WriteStartArray("data"u8);
        foreach (var (name, route) in _routes) WriteOpenAI(writer, name, route);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteOpenAI(Utf8JsonWriter writer, string name, Route route)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, name);
        writer.WriteString("object"u8, "model"u8);
        writer.WriteNumber("created"u8, route.Created);
        writer.WriteString("owned_by"u8, route.OwnedBy);
        writer.WriteEndObject();
    }

    private static void WriteAnthropic(Utf8JsonWriter writer, string name, Route route)
    {
        writer.WriteStartObject();
        writer.WriteString("type"u8, "model"u8);
        writer.WriteString("id"u8, name);
        writer.WriteString("display_name"u8, name);
        writer.WriteString("created_at"u8, DateTimeOffset.FromUnixTimeSeconds(route.Created).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        writer.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Relaxed)) write(writer);
        return buffer.WrittenMemory;
    }
}
