using System.Text.Json;
using Tollgate.Configuration.Schema;

namespace Tollgate.Configuration;

/// <summary>
/// The JSON Schema (draft 2020-12) of the configuration file, for editors. It is written from the same description
/// that the loader checks against.
/// </summary>
public static class ConfigSchema
{
    /// <summary>Writes the schema as one object.</summary>
    public static void Write(Utf8JsonWriter json)
    {
        ArgumentNullException.ThrowIfNull(json);
        var writer = new SchemaWriter(json);
        json.WriteStartObject();
        json.WriteString("$schema"u8, "https://json-schema.org/draft/2020-12/schema"u8);
        json.WriteString("title"u8, "Tollgate configuration"u8);
        json.WriteString("description"u8, "See docs/config.md. Every value can hold ${VAR} or ${VAR:-default}."u8);
        writer.Object(ConfigShapes.File);
        writer.Definitions();
        json.WriteEndObject();
    }
}
