using System.Text;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Errors;

/// <summary>What a provider's error says, whatever shape it has.</summary>
/// <param name="Text">The message for a human; never empty, at most <see cref="MaxBytes"/> as UTF-8.</param>
/// <param name="Code">The provider's own name for the error, such as <c>RESOURCE_EXHAUSTED</c>; null when it gives none.</param>
internal readonly record struct ProviderMessage(string Text, string? Code)
{
    /// <summary>Longest message that is passed on.</summary>
    public const int MaxBytes = 2048;

    // An error page can be long, but what it is about stands near its start.
    private const int MaxBytesRead = 64 * 1024;
    private const int MaxNesting = 4;

    private const int Error = 0, Message = 1, UpperMessage = 2, Msg = 3, Description = 4, Detail = 5, Title = 6, ErrorCode = 7, AwsType = 8, Status = 9;

    private static readonly JsonNames Names = new(
        "error", "message", "Message", "msg", "error_description", "detail", "title", "code", "__type", "status");

    /// <summary>Reads a body.</summary>
    public static ProviderMessage Read(ReadOnlySpan<byte> body, string? contentType, int status)
    {
        if (body.Trim(" \t\r\n"u8).IsEmpty) return Without(status, "an empty body");
        var (text, code) = FromJson(body, MaxNesting);
        if (text is not null) return new(Cut(text), code);
        var start = body[..Math.Min(body.Length, MaxBytesRead)];
        if (!IsText(start)) return Without(status, "a body that is not text");
        text = Encoding.UTF8.GetString(start).Trim('\uFEFF', ' ', '\t', '\r', '\n');
        if (IsMarkup(text, contentType)) text = HtmlText.Of(text);
        return text.Length == 0 ? Without(status, "a page without text") : new(Cut(text), code);
    }

    private static ProviderMessage Without(int status, string what) =>
        new($"The provider answered {StatusWords.Describe(status)} with {what}.", null);

    /// <summary>
    /// Bedrock's <c>message</c> or <c>Message</c>, Google's <c>error</c> object or array of one, FastAPI's <c>detail</c>
    /// string or list, OAuth's <c>error_description</c>, and whatever is built like them.
    /// </summary>
    private static (string? Text, string? Code) FromJson(ReadOnlySpan<byte> json, int nesting)
    {
        if (nesting == 0) return default;
        json = json.Trim(" \t\r\n"u8);
        if (json.StartsWith("["u8)) json = JsonHead.FirstElement(json);
        Span<JsonMember> members = stackalloc JsonMember[Names.Count];
        if (!JsonHead.TryRead(json, Names, members, out _)) return default;
        var code = CodeOf(json, members);
        var nested = FromJson(members[Error].Value(json), nesting - 1);
        if (nested.Text is not null) return (nested.Text, nested.Code ?? code);
        foreach (var index in (ReadOnlySpan<int>)[Message, UpperMessage, Msg, Description, Detail, Error, Title])
        {
            if (TextOf(json, members[index]) is { } text) return (text, code);
        }

        nested = FromJson(members[Detail].Value(json), nesting - 1);
        return (nested.Text, nested.Code ?? code);
    }

    private static string? CodeOf(ReadOnlySpan<byte> json, ReadOnlySpan<JsonMember> members)
    {
        var code = TextOf(json, members[Status]) ?? TextOf(json, members[ErrorCode]) ?? TextOf(json, members[AwsType]);
        // AWS writes "namespace#Name".
        return code?[(code.LastIndexOf('#') + 1)..];
    }

    private static string? TextOf(ReadOnlySpan<byte> json, in JsonMember member) =>
        JsonHead.TryGetString(member.Value(json), out var text) && !string.IsNullOrWhiteSpace(text) ? text.Trim() : null;

    private static bool IsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (b < 0x20 && b is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)'\f')) return false;
        }

        return true;
    }

    private static bool IsMarkup(string text, string? contentType) =>
        text.StartsWith('<') || contentType?.Contains("html", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Shortens to the limit without cutting a character in two.</summary>
    private static string Cut(string text)
    {
        if (Encoding.UTF8.GetByteCount(text) <= MaxBytes) return text;
        var room = MaxBytes - Encoding.UTF8.GetByteCount("…");
        var length = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if ((room -= rune.Utf8SequenceLength) < 0) break;
            length += rune.Utf16SequenceLength;
        }

        return string.Concat(text.AsSpan(0, length), "…");
    }
}
