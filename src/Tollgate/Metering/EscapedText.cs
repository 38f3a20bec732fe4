using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Tollgate.Metering;

/// <summary>
/// Texts that are not plain ASCII, as strings of JSON. The framework writes them, so that there is one judgement of what must be escaped.
/// </summary>
internal sealed class EscapedText : IDisposable
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);
    private readonly Utf8JsonWriter _json;

    internal EscapedText() => _json = new Utf8JsonWriter(_buffer, new JsonWriterOptions
    {
        // Relaxed leaves other scripts readable; it still escapes quotes, backslashes and control characters.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    });

    internal int Capacity => _buffer.Capacity;

    public void Dispose() => _json.Dispose();

    /// <summary>With its quotes; good until the next call.</summary>
    internal ReadOnlySpan<byte> Of(ReadOnlySpan<char> text)
    {
        Begin();
        _json.WriteStringValue(text);
        return End();
    }

    /// <summary>The same for UTF-8, or what is meant to be.</summary>
    internal ReadOnlySpan<byte> Of(ReadOnlySpan<byte> utf8)
    {
        Begin();
        _json.WriteStringValue(utf8);
        return End();
    }

    private void Begin()
    {
        _buffer.ResetWrittenCount();
        _json.Reset();
    }

    private ReadOnlySpan<byte> End()
    {
        _json.Flush();
        return _buffer.WrittenSpan;
    }
}
