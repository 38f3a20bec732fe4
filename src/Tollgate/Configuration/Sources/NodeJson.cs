using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Writes a YAML value as the JSON that it stands for.</summary>
internal static partial class NodeJson
{
    public static string Write(YamlNode node)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Write(json, node);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }

    private static void Write(Utf8JsonWriter json, YamlNode node)
    {
        switch (node)
        {
            case YamlScalar scalar:
                WriteScalar(json, scalar);
                break;
            case YamlList list:
                json.WriteStartArray();
                foreach (var item in list.Items) Write(json, item);
                json.WriteEndArray();
                break;
            case YamlMap map:
                json.WriteStartObject();
                foreach (var entry in map.Entries)
                {
                    json.WritePropertyName(entry.Key);
                    Write(json, entry.Value);
                }

                json.WriteEndObject();
                break;
        }
    }

    // A variable always becomes a text: what the environment holds must not choose the type.
    private static void WriteScalar(Utf8JsonWriter json, YamlScalar scalar)
    {
        var isLiteral = scalar.IsPlain && scalar.Text == scalar.Written;
        if (isLiteral && scalar.IsNull) json.WriteNullValue();
        else if (isLiteral && scalar.Text is "true" or "false") json.WriteBooleanValue(scalar.Text == "true");
        else if (isLiteral && Number().IsMatch(scalar.Text)) json.WriteRawValue(scalar.Text);
        else json.WriteStringValue(scalar.Text);
    }

    [GeneratedRegex("^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
