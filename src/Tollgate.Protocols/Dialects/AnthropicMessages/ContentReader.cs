using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>Reads the content of messages: a string, or blocks.</summary>
internal sealed class ContentReader
{
    // Results know their call by its id only; some providers want the tool's name with them.
    private readonly Dictionary<string, string> _tools = new(StringComparer.Ordinal);
    private OpaqueToken? _callToken;

    public static List<TextPart> System(Node content)
    {
        if (content.IsMissing) return [];
        if (content.IsText) return [new TextPart(Wire.Text(content.Value)) { Pointer = content.Pointer }];
        var texts = new List<TextPart>();
        foreach (var block in content.Items())
        {
            var type = block.Object()["type"];
            if (type.RequiredText() != "text") throw type.Fault("Input should be 'text'");
            texts.Add(Text(block));
        }

        return texts;
    }

    public List<Part> Parts(Node content)
    {
        if (content.IsMissing) throw content.Missing();
        return Content(content);
    }

    private List<Part> Content(Node content)
    {
        if (content.IsText) return [new TextPart(Wire.Text(content.Value)) { Pointer = content.Pointer }];
        var parts = new List<Part>();
        foreach (var block in content.Items())
        {
            if (Block(block.Object()) is not { } part) continue;
            parts.Add(part with { Pointer = block.Pointer, Cache = part is OpaquePart ? null : block.Cache() });
        }

        return parts;
    }

    private Part? Block(Node block) => block["type"].RequiredText() switch
    {
        "text" => Text(block),
        "image" => Image(block),
        "document" => Document(block),
        "thinking" => Thinking(block),
        "redacted_thinking" => Redacted(block["data"].RequiredText()),
        "tool_use" => Call(block),
        "tool_result" => Result(block),
        _ => Opaque(block),
    };

    private static OpaquePart Opaque(Node block) => new(Wire.Dialect, block.Raw);

    private static TextPart Text(Node block)
    {
        var text = new TextPart(block["text"].RequiredText()) { Pointer = block.Pointer, Cache = block.Cache() };
        var citations = block["citations"];
        if (citations.IsMissing) return text;
        return citations.Items().Any() ? text with { Annotations = citations.Raw, AnnotationsDialect = Wire.Dialect } : text;
    }

    private static MediaPart Image(Node block)
    {
        var type = block["source"].Object()["type"];
        var source = Common(block["source"], type.RequiredText()) ?? throw type.Fault("Input should be 'base64', 'url' or 'file'");
        return new MediaPart(MediaKind.Image, source);
    }

    private static Part Document(Node block)
    {
        var given = block["source"].Object();
        var type = given["type"];
        MediaSource? source = type.RequiredText() switch
        {
            "text" => new TextSource(given["data"].RequiredText()),
            "content" => OneText(given["content"]),
            "url" => new UrlSource(given["url"].RequiredText(), "application/pdf"),
            var other => Common(given, other) ?? throw type.Fault("Input should be 'base64', 'text', 'content', 'url' or 'file'"),
        };

        // Blocks of a "content" source are what citations count by: joined, they would be another document.
        if (source is null) return Opaque(block);
        return new DocumentPart(source, block["title"].Text())
        {
            Context = block["context"].Text(),
            Citations = block["citations"]["enabled"].Flag() ?? false,
        };
    }

    private static MediaSource? Common(Node source, string type) => type switch
    {
        "base64" => new InlineSource(source["media_type"].RequiredText(), source["data"].RequiredText()),
        "url" => new UrlSource(source["url"].RequiredText(), null),
        "file" => new FileSource(source["file_id"].RequiredText()),
        _ => null,
    };

    private static TextSource? OneText(Node content)
    {
        if (content.IsText) return new TextSource(Wire.Text(content.Value));
        var blocks = content.Items().ToArray();
        return blocks is [var only] && only.Object()["type"].Text() == "text" ? new TextSource(only["text"].RequiredText()) : null;
    }

    private static ReasoningPart Thinking(Node block)
    {
        // A gateway gives thoughts without a signature an empty one, which nobody can verify.
        var signature = block["signature"].Text();
        var token = string.IsNullOrEmpty(signature) ? null
            : TokenText.TryRead(signature, out var foreign, out _) ? foreign
            : new OpaqueToken(Wire.Minter, OpaqueTokenKind.Signature, signature);
        return new ReasoningPart(block["thinking"].RequiredText(), token);
    }

    /// <summary>What another provider gave a client of this dialect; null for the token of the call that follows.</summary>
    private ReasoningPart? Redacted(string data)
    {
        if (!TokenText.TryRead(data, out var token, out var ofCall)) return new ReasoningPart(null, new OpaqueToken(Wire.Minter, OpaqueTokenKind.Redacted, data));
        if (!ofCall) return new ReasoningPart(token.Kind == OpaqueTokenKind.Signature ? "" : null, token);
        _callToken = token;
        return null;
    }

    private ToolCallPart Call(Node block)
    {
        var (id, name) = (block["id"].RequiredText(), block["name"].RequiredText());
        if (id.Length == 0) throw block["id"].Fault("String should match pattern '^[a-zA-Z0-9_-]+$'");
        _tools[id] = name;
        var input = block["input"];
        var call = new ToolCallPart(id, name, input.IsMissing ? "{}" : input.Object().Raw.ToString()) { Token = _callToken };
        _callToken = null;
        return call;
    }

    private ToolResultPart Result(Node block)
    {
        var id = block["tool_use_id"].RequiredText();
        var content = block["content"];
        return new ToolResultPart(id, content.IsMissing ? [] : Content(content), block["is_error"].Flag() ?? false)
        {
            Name = _tools.GetValueOrDefault(id),
        };
    }
}
