using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>.</summary>
internal sealed class ToolReader(List<FidelityEntry> unsayable)
{
    private readonly List<Tool> _tools = [];

    public (IReadOnlyList<Tool> Tools, ToolChoice? Choice) Read(JsonElement root)
    {
        if (Fields.Array(root, "tools", "") is { } given)
        {
            var number = 0;
            foreach (var tool in given.EnumerateArray()) ReadTool(tool, $"/tools/{number++}");
        }

        var choice = ReadChoice(root);
        return (_tools, choice);
    }

    private void ReadTool(JsonElement tool, string pointer)
    {
        if (tool.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object");
        var type = Fields.RequiredText(tool, "type", pointer);
        switch (type)
        {
            case "function":
                _tools.Add(ReadFunction(tool, pointer));
                break;
            case "custom":
                unsayable.Add(new(ClientRules.CustomTool, pointer));
                _tools.Add(ReadCustom(tool, pointer));
                break;
            case "google_search" or "enterprise_search":
                // Written for another provider than OpenAI, in the form that chat completions have for it.
                _tools.Add(new Tool(type, null, default) { Opaque = WireText.Raw(tool), OpaqueDialect = OpenAIChatClient.DialectName });
                break;
            default:
                unsayable.Add(new(ClientRules.BuiltInTool, pointer));
                break;
        }
    }

    private static Tool ReadFunction(JsonElement tool, string pointer) => new(
        NameOf(tool, pointer),
        Fields.OptionalText(tool, "description", pointer),
        Fields.Object(tool, "parameters", pointer) is { } schema ? WireText.Raw(schema) : default)
    {
        Strict = Fields.Flag(tool, "strict", pointer),
        Cache = Fields.Cache(tool, pointer),
    };

    private static Tool ReadCustom(JsonElement tool, string pointer)
    {
        var description = Fields.OptionalText(tool, "description", pointer);
        if (Fields.Object(tool, "format", pointer) is { } format && Fields.OptionalText(format, "definition", pointer + "/format") is { } definition)
        {
            var syntax = Fields.OptionalText(format, "syntax", pointer + "/format");
            description = $"{description}\n\nThe input must follow this grammar ({syntax}):\n{definition}".TrimStart();
        }

        return new Tool(NameOf(tool, pointer), description, TextInput.Schema) { TakesText = true };
    }

    private static string NameOf(JsonElement tool, string pointer)
        => Fields.RequiredText(tool, "name", pointer) is { Length: > 0 } name ? name : throw Fields.Wrong(pointer + "/name", "a name that is not empty");

    private ToolChoice? ReadChoice(JsonElement root)
    {
        const string Place = "/tool_choice";
        if (Fields.Optional(root, "tool_choice") is not { } choice) return null;
        if (choice.ValueKind == JsonValueKind.String) return new ToolChoice(ModeOf(Fields.Text(choice, Place), Place));
        if (choice.ValueKind != JsonValueKind.Object) throw Fields.Wrong(Place, "a string or an object");
        switch (Fields.RequiredText(choice, "type", Place))
        {
            case "function" or "custom":
                return new ToolChoice(ToolChoiceMode.Named, Fields.RequiredText(choice, "name", Place));
            case "allowed_tools":
                return ReadAllowed(choice);
            default:
                unsayable.Add(new(ClientRules.AllowedBuiltIn, Place));
                return null;
        }
    }

    /// <summary>A choice among some of the tools is the same as having only those.</summary>
    private ToolChoice ReadAllowed(JsonElement choice)
    {
        const string Place = "/tool_choice/tools";
        var names = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var tool in (Fields.Array(choice, "tools", "/tool_choice") ?? throw Fields.Missing(Place)).EnumerateArray())
        {
            var pointer = $"{Place}/{number++}";
            if (tool.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object");
            names.Add(Fields.OptionalText(tool, "name", pointer) ?? Fields.RequiredText(tool, "type", pointer));
        }

        _tools.RemoveAll(t => !names.Contains(t.Name));
        return new ToolChoice(ModeOf(Fields.OptionalText(choice, "mode", "/tool_choice") ?? "auto", "/tool_choice/mode"));
    }

    private static ToolChoiceMode ModeOf(string word, string pointer) => word switch
    {
        "auto" => ToolChoiceMode.Auto,
        "none" => ToolChoiceMode.None,
        "required" => ToolChoiceMode.Required,
        _ => throw Fields.Wrong(pointer, "'auto', 'none' or 'required'"),
    };
}
