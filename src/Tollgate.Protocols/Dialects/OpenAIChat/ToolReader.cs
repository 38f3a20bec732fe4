using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Reads <c>tools</c> and <c>tool_choice</c>, and their ancestors <c>functions</c> and <c>function_call</c>.</summary>
internal static class ToolReader
{
    public static (IReadOnlyList<Tool> Tools, ToolChoice? Choice) Read(JsonElement root)
    {
        var tools = new List<Tool>();
        if (Fields.Array(root, "tools", "") is { } given)
        {
            foreach (var tool in given.EnumerateArray()) tools.Add(ReadTool(tool, $"/tools/{tools.Count}"));
        }

        if (Fields.Array(root, "functions", "") is { } functions)
        {
            var number = 0;
            foreach (var function in functions.EnumerateArray()) tools.Add(ReadFunction(function, $"/functions/{number++}"));
        }

        var choice = ReadChoice(root, tools) ?? ReadFunctionCall(root);
        return (tools, choice);
    }

    private static Tool ReadTool(JsonElement tool, string pointer)
    {
        if (tool.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object");
        var type = Fields.RequiredText(tool, "type", pointer);
        if (type != "function")
        {
            var name = Fields.Object(tool, type, pointer) is { } own ? Fields.OptionalText(own, "name", $"{pointer}/{type}") : null;
            return new Tool(name ?? type, null, default) { Opaque = WireText.Raw(tool), OpaqueDialect = OpenAIChatClient.DialectName };
        }

        var function = Fields.Object(tool, "function", pointer) ?? throw Fields.Missing(pointer + "/function");
        var read = ReadFunction(function, pointer + "/function");
        return read with { Cache = read.Cache ?? Fields.Cache(tool, pointer) };
    }

    private static Tool ReadFunction(JsonElement function, string pointer)
    {
        if (function.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object");
        var name = Fields.RequiredText(function, "name", pointer);
        if (name.Length == 0) throw Fields.Wrong(pointer + "/name", "a name that is not empty");
        return new Tool(
            name,
            Fields.OptionalText(function, "description", pointer),
            Fields.Object(function, "parameters", pointer) is { } schema ? WireText.Raw(schema) : default)
        {
            Strict = Fields.Flag(function, "strict", pointer),
            Cache = Fields.Cache(function, pointer),
        };
    }

    private static ToolChoice? ReadChoice(JsonElement root, List<Tool> tools)
    {
        if (Fields.Optional(root, "tool_choice") is not { } choice) return null;
        if (choice.ValueKind == JsonValueKind.String) return new ToolChoice(ModeOf(WireText.Of(choice), "/tool_choice"));
        if (choice.ValueKind != JsonValueKind.Object) throw Fields.Wrong("/tool_choice", "a string or an object");
        var type = Fields.RequiredText(choice, "type", "/tool_choice");
        switch (type)
        {
            case "function" or "custom":
                var place = "/tool_choice/" + type;
                var named = Fields.Object(choice, type, "/tool_choice") ?? throw Fields.Missing(place);
                return new ToolChoice(ToolChoiceMode.Named, Fields.RequiredText(named, "name", place));
            case "allowed_tools":
                return ReadAllowed(Fields.Object(choice, "allowed_tools", "/tool_choice") ?? choice, tools);
            case "auto" or "none" or "required":
                return new ToolChoice(ModeOf(type, "/tool_choice/type"));
            default:
                throw Fields.Wrong("/tool_choice/type", "'function', 'custom' or 'allowed_tools'");
        }
    }

    /// <summary>A choice among some of the tools is the same as having only those.</summary>
    private static ToolChoice ReadAllowed(JsonElement allowed, List<Tool> tools)
    {
        const string Place = "/tool_choice/allowed_tools";
        var mode = Fields.OptionalText(allowed, "mode", Place) ?? "auto";
        var names = new HashSet<string>(StringComparer.Ordinal);
        var number = 0;
        foreach (var tool in (Fields.Array(allowed, "tools", Place) ?? throw Fields.Missing(Place + "/tools")).EnumerateArray())
        {
            var pointer = $"{Place}/tools/{number++}";
            if (tool.ValueKind != JsonValueKind.Object) throw Fields.Wrong(pointer, "an object");
            var type = Fields.OptionalText(tool, "type", pointer) ?? "function";
            var owner = Fields.Object(tool, type, pointer) ?? tool;
            names.Add(Fields.OptionalText(owner, "name", pointer) ?? type);
        }

        tools.RemoveAll(t => !names.Contains(t.Name));
        return new ToolChoice(ModeOf(mode, Place + "/mode"));
    }

    private static ToolChoice? ReadFunctionCall(JsonElement root)
    {
        if (Fields.Optional(root, "function_call") is not { } call) return null;
        if (call.ValueKind == JsonValueKind.String) return new ToolChoice(ModeOf(WireText.Of(call), "/function_call"));
        if (call.ValueKind != JsonValueKind.Object) throw Fields.Wrong("/function_call", "a string or an object");
        return new ToolChoice(ToolChoiceMode.Named, Fields.RequiredText(call, "name", "/function_call"));
    }

    /// <summary><c>any</c> is what Anthropic and Mistral call it.</summary>
    private static ToolChoiceMode ModeOf(string mode, string pointer) => mode switch
    {
        "auto" => ToolChoiceMode.Auto,
        "none" => ToolChoiceMode.None,
        "required" or "any" => ToolChoiceMode.Required,
        _ => throw Fields.Wrong(pointer, "'none', 'auto' or 'required'"),
    };
}
