namespace Tollgate.Protocols.Chat;

/// <summary>A piece of a turn. A closed family: every dialect maps each member, or says in the <see cref="FidelityLog"/> that it cannot.</summary>
public abstract record Part
{
    /// <summary>Asks the provider to cache the prompt up to and including this part; null: does not.</summary>
    public CacheHint? Cache { get; init; }

    /// <summary>JSON pointer of the part in the client's body, for messages; may be empty.</summary>
    public string Pointer { get; init; } = "";
}

/// <summary>Text.</summary>
/// <param name="Text">Any text, also empty.</param>
public sealed record TextPart(string Text) : Part
{
    /// <summary>Citations or annotations in <see cref="AnnotationsDialect"/>'s grammar, one JSON array; empty when there are none.</summary>
    public RawJson Annotations { get; init; }

    /// <summary>Dialect of <see cref="Annotations"/>.</summary>
    public string? AnnotationsDialect { get; init; }
}

/// <summary>What a medium is.</summary>
public enum MediaKind
{
    /// <summary>A still picture.</summary>
    Image,

    /// <summary>Sound.</summary>
    Audio,

    /// <summary>Moving pictures.</summary>
    Video,
}

/// <summary>An image, a sound, a film.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Source">Where its bytes are.</param>
public sealed record MediaPart(MediaKind Kind, MediaSource Source) : Part
{
    /// <summary>OpenAI's <c>detail</c> of an image: auto, low or high; null when not given.</summary>
    public string? Detail { get; init; }
}

/// <summary>A document, such as a PDF.</summary>
/// <param name="Source">Where its bytes are, or its text.</param>
/// <param name="Name">File name or title; null when not given.</param>
public sealed record DocumentPart(MediaSource Source, string? Name) : Part
{
    /// <summary>Anthropic's and Bedrock's <c>context</c>: what the document is about.</summary>
    public string? Context { get; init; }

    /// <summary>True when citations into the document are asked for.</summary>
    public bool Citations { get; init; }
}

/// <summary>Where the bytes of a medium or document are.</summary>
public abstract record MediaSource;

/// <summary>Inline.</summary>
/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Data">Base64, standard alphabet, as the client wrote it.</param>
public sealed record InlineSource(string MediaType, string Data) : MediaSource;

/// <summary>At an address. The gateway does not fetch it.</summary>
/// <param name="Url">http(s), <c>gs:</c> or <c>s3:</c>.</param>
/// <param name="MediaType">When it is known.</param>
public sealed record UrlSource(string Url, string? MediaType) : MediaSource;

/// <summary>Uploaded to a provider before.</summary>
/// <param name="FileId">The provider's id.</param>
public sealed record FileSource(string FileId) : MediaSource;

/// <summary>Plain text as a document.</summary>
/// <param name="Text">The text.</param>
public sealed record TextSource(string Text) : MediaSource;

/// <summary>What a model thought: text, a token that proves it, or only the token (redacted or signature-only).</summary>
/// <param name="Text">Null when it is redacted.</param>
/// <param name="Token">Must come back byte for byte to whoever minted it; null when there is none.</param>
public sealed record ReasoningPart(string? Text, OpaqueToken? Token) : Part;

/// <summary>A model calls a tool.</summary>
/// <param name="Id">The id that the result refers to; never empty.</param>
/// <param name="Name">The tool's name as the client knows it.</param>
/// <param name="Arguments">JSON text as the model wrote it; <c>{}</c> when it wrote none.</param>
public sealed record ToolCallPart(string Id, string Name, string Arguments) : Part
{
    /// <summary>Gemini's thought signature of this call; null when there is none.</summary>
    public OpaqueToken? Token { get; init; }
}

/// <summary>What a tool answered.</summary>
/// <param name="CallId">Id of the call.</param>
/// <param name="Content">Text, media, documents; may be empty.</param>
/// <param name="IsError">True when the tool failed.</param>
public sealed record ToolResultPart(string CallId, IReadOnlyList<Part> Content, bool IsError) : Part
{
    /// <summary>Name of the tool, looked up from the call; null when the call is not in the conversation.</summary>
    public string? Name { get; init; }
}

/// <summary>A model declined.</summary>
public sealed record RefusalPart(string Text) : Part;

/// <summary>Something that only its own dialect knows. Writers of other dialects drop it, and say so.</summary>
/// <param name="Dialect">Such as <c>anthropic.messages</c>.</param>
/// <param name="Json">As it was written.</param>
public sealed record OpaquePart(string Dialect, RawJson Json) : Part;

/// <summary>How long a cached prompt should live: <c>5m</c>, <c>1h</c>, or null for the provider's default.</summary>
public sealed record CacheHint(string? Ttl);

/// <summary>What an <see cref="OpaqueToken"/> is.</summary>
public enum OpaqueTokenKind
{
    /// <summary>Signs the reasoning text beside it (Anthropic, Bedrock), or stands on a call or text (Gemini's thought signature).</summary>
    Signature,

    /// <summary>Is the reasoning itself, encrypted: Anthropic's redacted thinking.</summary>
    Redacted,

    /// <summary>Is the reasoning itself, encrypted: OpenAI's <c>encrypted_content</c>.</summary>
    Encrypted,
}

/// <summary>Bytes that only their minter understands. They survive unchanged in a conversation with the same minter; a writer for another one drops them, and says so.</summary>
/// <param name="Minter"><c>anthropic</c>, <c>gemini</c> or <c>openai</c>. Claude's signatures are good wherever Claude is hosted.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Data">As it was written; base64 for most.</param>
public sealed record OpaqueToken(string Minter, OpaqueTokenKind Kind, string Data);
