using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;

namespace Tollgate.Protocols.Json;

/// <summary>
/// JSON that is written again and again with nothing but one text changed, such as the chunks of a stream: written out once, then copied. The text
/// is escaped as a <see cref="System.Text.Json.Utf8JsonWriter"/> with the relaxed encoder does it; half a surrogate pair becomes U+FFFD.
/// </summary>
/// <param name="json">The whole, the text being empty.</param>
/// <param name="at">Where in it the text goes: between its quotes.</param>
internal sealed class TextTemplate(ReadOnlyMemory<byte> json, int at)
{
    // What is longer is written token by token: no room of many times its size is asked for.
    private const int LongestText = 1024;
    private const int BytesOfCharacter = 3;
    private const int LongestEscape = 6;

    /// <summary>Writes it all with one <see cref="IBufferWriter{T}.Advance"/>. False, and nothing is written, for a long text.</summary>
    public bool TryWrite(string text, IBufferWriter<byte> output)
    {
        if (text.Length > LongestText) return false;
        var span = output.GetSpan(json.Length + (text.Length * BytesOfCharacter));
        var length = Encoding.UTF8.GetBytes(text, span[at..]);
        if (JavaScriptEncoder.UnsafeRelaxedJsonEscaping.FindFirstCharacterToEncodeUtf8(span.Slice(at, length)) >= 0)
        {
            WriteEscaped(text, length, output);
            return true;
        }

        Surround(span, length, output);
        return true;
    }

    private void WriteEscaped(string text, int length, IBufferWriter<byte> output)
    {
        Span<byte> plain = stackalloc byte[LongestText * BytesOfCharacter];
        plain = plain[..Encoding.UTF8.GetBytes(text, plain)];
        var span = output.GetSpan(json.Length + (length * LongestEscape));
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(plain, span[at..], out _, out var written);
        Surround(span, written, output);
    }

    private void Surround(Span<byte> span, int length, IBufferWriter<byte> output)
    {
        json.Span[..at].CopyTo(span);
        json.Span[at..].CopyTo(span[(at + length)..]);
        output.Advance(json.Length + length);
    }
}
