using System.Text;
using System.Text.Json;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Pipeline.Translation;

namespace Tollgate.Tests.Configuration;

public sealed class GoldenTests
{
    [Fact]
    public void The_checked_in_schema_is_the_one_that_the_loader_checks_with() =>
        Repository.ShouldHold("docs/config.schema.json", Schema());

    [Fact]
    public void The_checked_in_list_of_providers_is_the_catalogue()
    {
        using var writer = new StringWriter();
        ProvidersDocument.Write(writer, Catalogue.Default);

        Repository.ShouldHold("docs/providers.md", writer.ToString());
    }

    [Fact]
    public void The_checked_in_page_of_what_translation_cannot_say_is_that_of_the_dialects()
    {
        using var writer = new StringWriter();
        FidelityDocument.Write(writer);

        Repository.ShouldHold("docs/fidelity.md", writer.ToString());
    }

    [Fact]
    public void The_checked_in_page_of_operations_is_that_of_the_catalogue_and_the_translators()
    {
        using var writer = new StringWriter();
        OperationsDocument.Write(writer, Catalogue.Default);

        Repository.ShouldHold("docs/operations.md", writer.ToString());
    }

    [Fact]
    public void Every_reference_of_the_schema_leads_to_a_definition()
    {
        using var schema = JsonDocument.Parse(Schema());
        var definitions = schema.RootElement.GetProperty("$defs").EnumerateObject().Select(definition => $"#/$defs/{definition.Name}").ToList();

        var references = References(schema.RootElement).Distinct().ToList();
        references.ShouldNotBeEmpty();
        references.ShouldBeSubsetOf(definitions);
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => member.Name == "$ref" ? [member.Value.GetString()!] : References(member.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static string Schema()
    {
        using var stream = new MemoryStream();
        var options = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var json = new Utf8JsonWriter(stream, options)) ConfigSchema.Write(json);
        return Encoding.UTF8.GetString(stream.ToArray()) + "\n";
    }
}
