using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using static Tollgate.Protocols.Tests.Dialects.GeminiGenerate.Asking;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

/// <summary>Schemas for models that take the subset only.</summary>
public sealed class SchemaTests
{
    [Fact]
    public void Writes_references_out_and_says_null_as_nullable() => Check(
        """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","additionalProperties":false,
         "properties":{"to":{"$ref":"#/$defs/P","description":"Where"},"from":{"$ref":"#/$defs/P"},"note":{"type":["string","null"],"maxLength":9}},
         "required":["to","gone"],"$defs":{"P":{"type":"object","description":"A point","properties":{"x":{"type":"number","minimum":0.5}}}}}
        """,
        """
        {"type":"object","properties":{
          "to":{"type":"object","description":"Where","properties":{"x":{"type":"number","minimum":0.5}}},
          "from":{"type":"object","description":"A point","properties":{"x":{"type":"number","minimum":0.5}}},
          "note":{"type":"string","nullable":true,"maxLength":"9"}},"required":["to"]}
        """);

    [Theory]
    [InlineData("""{"anyOf":[{"type":"integer","format":"int32"},{"type":"null"}]}""", """{"type":"integer","nullable":true,"format":"int32"}""")]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"string"},{"type":"null"}],"description":"Id"}""", """{"anyOf":[{"type":"integer","nullable":true,"description":"Id"},{"type":"string","nullable":true,"description":"Id"}]}""")]
    [InlineData("""{"type":["integer","string"]}""", """{"anyOf":[{"type":"integer"},{"type":"string"}]}""")]
    [InlineData("""{"allOf":[{"type":"string"}],"description":"d"}""", """{"type":"string","description":"d"}""")]
    [InlineData("""{"const":"a"}""", """{"type":"string","enum":["a"]}""")]
    [InlineData("""{"enum":["a",null]}""", """{"type":"string","nullable":true,"enum":["a"]}""")]
    [InlineData("""{"type":"array","items":{"type":"string"},"minItems":1}""", """{"type":"array","minItems":"1","items":{"type":"string"}}""")]
    [InlineData("""{"$comment":"x","type":"string","format":"date-time","default":"n","pattern":"^a$","title":"T","examples":["a"]}""", """{"type":"string","format":"date-time","default":"n","pattern":"^a$","title":"T"}""")]
    public void Keeps_what_the_subset_can_say(string schema, string expected) => Check(Wrap(schema), Wrap(expected));

    [Theory]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"string"}]}""", """{"anyOf":[{"type":"integer"},{"type":"string"}]}""")]
    [InlineData("""{"type":"integer","enum":[1,2],"description":"Level."}""", """{"type":"integer","description":"Level. One of: 1, 2."}""")]
    [InlineData("""{"const":true}""", """{"type":"boolean","description":"One of: true."}""")]
    [InlineData("""{"type":"string","format":"email"}""", """{"type":"string"}""")]
    [InlineData("""{"type":"integer","exclusiveMinimum":3}""", """{"type":"integer","minimum":3}""")]
    [InlineData("""{"type":"array"}""", """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("""{"type":"array","prefixItems":[{"type":"string"},{"type":"number"}]}""", """{"type":"array","items":{"anyOf":[{"type":"string"},{"type":"number"}]}}""")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string"}}""", """{"type":"object"}""")]
    [InlineData("""{"allOf":[{"properties":{"a":{"type":"string"}},"required":["a"]},{"properties":{"b":{"type":"string"}}}]}""", """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"]}""")]
    [InlineData("""{"not":{"type":"string"},"type":"integer"}""", """{"type":"integer"}""")]
    [InlineData("""{"type":["integer","string"],"minimum":1}""", """{"anyOf":[{"type":"integer"},{"type":"string"}]}""")]
    [InlineData("false", "{}")]
    public void Says_less_strictly_what_the_subset_cannot_say(string schema, string expected) => Check(Wrap(schema), Wrap(expected), Fidelity.SchemaLost);

    [Theory]
    [InlineData("""{"$ref":"#"}""")]
    [InlineData("""{"$ref":"#/$defs/Nowhere"}""")]
    [InlineData("""{"$ref":"https://schemas.example/a.json"}""")]
    [InlineData("""{"type":"array","items":{"$ref":"#/properties/p"}}""")]
    public void Refuses_references_that_cannot_be_written_out(string schema) => Write(Asked(Wrap(schema)), Old).Log.Refusal!.Rule.ShouldBe(Fidelity.SchemaEndless);

    [Fact]
    public void Refuses_a_schema_that_grows_beyond_all_bounds()
    {
        var doublings = string.Concat(Enumerable.Range(0, 40).Select(i => $$$$"""
            "d{{{{i}}}}":{"type":"object","properties":{"a":{"$ref":"#/$defs/d{{{{i + 1}}}}"},"b":{"$ref":"#/$defs/d{{{{i + 1}}}}"}}},
            """));
        var schema = "{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + doublings + "\"d40\":{\"type\":\"string\"}}}";
        Write(Asked(schema), Old).Log.Refusal!.Rule.ShouldBe(Fidelity.SchemaEndless);
    }

    [Fact]
    public void Newer_models_get_recursive_schemas_as_they_are()
    {
        const string Schema = """{"type":"object","properties":{"next":{"$ref":"#"}}}""";
        var (json, log) = Write(Asked(Schema), Modern);
        json.ShouldContain("\"parametersJsonSchema\":" + Schema);
        log.Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("gemini-2.0-flash", false)]
    [InlineData("gemini-1.5-pro-002", false)]
    [InlineData("text-bison", false)]
    [InlineData("4611686018427387904", false)]
    [InlineData("gemini-2.5-pro", true)]
    [InlineData("models/gemini-3-flash-preview", true)]
    [InlineData("gemini-10-ultra", true)]
    [InlineData("gemini-flash-latest", true)]
    public void The_name_of_the_model_tells_which_schema_it_takes(string model, bool isModern) =>
        (Hi with { Output = new OutputFormat(RawJson.From("""{"type":"object"}""")) }).Member(model, "generationConfig")
            .ShouldBe($$$"""{"responseMimeType":"application/json","{{{(isModern ? "responseJsonSchema" : "responseSchema")}}}":{"type":"object"}}""");

    [Fact]
    public void A_function_without_parameters_has_no_member_for_them() =>
        (Hi with { Tools = [Function("f", """{"type":"object","properties":{}}"""), new Tool("g", null, default)] }).Member(Old, "tools")
            .ShouldBe("""[{"functionDeclarations":[{"name":"f"},{"name":"g"}]}]""");

    private static ChatRequest Asked(string schema) => Hi with { Tools = [Function("f", schema)] };

    private static string Wrap(string schema) => $$$"""{"type":"object","properties":{"p":{{{schema}}}}}""";

    private static void Check(string schema, string expected, params FidelityRule[] rules)
    {
        var (json, log) = Write(Asked(schema), Old);
        using var document = JsonDocument.Parse(json);
        var parameters = document.RootElement.GetProperty("tools")[0].GetProperty("functionDeclarations")[0].GetProperty("parameters");
        parameters.GetRawText().ShouldBe(Tight(expected));
        log.Entries.Select(e => e.Rule).ShouldBe(rules);
    }
}
