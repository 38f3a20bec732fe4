using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tollgate.Metering;

/// <summary>
/// Writes one object of JSON after another into a buffer of its own, byte for byte as <see cref="System.Text.Json.Utf8JsonWriter"/> would with
/// the relaxed encoder, at a fraction of the cost: what is plain ASCII, as nearly all is, is copied; the rest goes to <see cref="EscapedText"/>.
/// </summary>
/// <remarks>Every member and element is written behind a comma; the first one's becomes the bracket when <see cref="Close"/> is told where it began.</remarks>
internal sealed class JsonLine : IDisposable
{
    /// <summary>Enough for any number, and for the bytes around a name.</summary>
    private const int Spare = 48;

    // What no JSON writer escapes, whatever it is told of scripts.
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        [.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => c is not ('"' or '\\'))]);

    private byte[] _bytes = new byte[1024];
    private int _length;
    private EscapedText? _escaped;

    internal ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Bytes that it holds on to.</summary>
    internal int Capacity => _bytes.Length + (_escaped?.Capacity ?? 0);

    /// <summary>Where the next member goes: the beginning of an object or array, for <see cref="Close"/>.</summary>
    internal int Length => _length;

    public void Dispose() => _escaped?.Dispose();

    internal void Clear() => _length = 0;

    /// <summary>Puts brackets around what was written since it had this length.</summary>
    internal void Close(int start, byte opening, byte closing)
    {
        Reserve(2);
        if (_length == start) _length++;
        _bytes[start] = opening;
        _bytes[_length++] = closing;
    }

    internal void EndLine()
    {
        Reserve(1);
        _bytes[_length++] = (byte)'\n';
    }

    /// <summary>A member's name; its value follows.</summary>
    /// <param name="name">Plain ASCII, as the names of a schema are.</param>
    internal void Name(ReadOnlySpan<byte> name)
    {
        Reserve(name.Length + Spare);
        var bytes = _bytes.AsSpan(_length);
        bytes[0] = (byte)',';
        bytes[1] = (byte)'"';
        name.CopyTo(bytes[2..]);
        bytes[name.Length + 2] = (byte)'"';
        bytes[name.Length + 3] = (byte)':';
        _length += name.Length + 4;
    }

    /// <summary>A member's name that somebody chose.</summary>
    internal void Name(string name)
    {
        Element(name);
        Reserve(Spare);
        _bytes[_length++] = (byte)':';
    }

    /// <summary>A text in an array.</summary>
    internal void Element(string text)
    {
        Comma();
        Value(text);
    }

    /// <summary>Begins an element of an array that is no text.</summary>
    internal void Comma()
    {
        Reserve(1);
        _bytes[_length++] = (byte)',';
    }

    internal void Value(ReadOnlySpan<char> text)
    {
        if (text.ContainsAnyExcept(Plain))
        {
            Append((_escaped ??= new EscapedText()).Of(text));
            return;
        }

        Reserve(text.Length + 2);
        _bytes[_length++] = (byte)'"';
        Ascii.FromUtf16(text, _bytes.AsSpan(_length), out var written);
        _length += written;
        _bytes[_length++] = (byte)'"';
    }

    /// <summary>Text whatever it is: what is no UTF-8 becomes U+FFFD.</summary>
    internal void Value(ReadOnlySpan<byte> utf8) => Append((_escaped ??= new EscapedText()).Of(utf8));

    /// <summary>A text of ASCII that is known to need no escapes.</summary>
    internal void Quoted(ReadOnlySpan<byte> plain)
    {
        Reserve(plain.Length + 2);
        _bytes[_length++] = (byte)'"';
        plain.CopyTo(_bytes.AsSpan(_length));
        _length += plain.Length;
        _bytes[_length++] = (byte)'"';
    }

    /// <summary>A value that is JSON already: <c>true</c>, <c>null</c>.</summary>
    internal void Raw(ReadOnlySpan<byte> json) => Append(json);

    internal void Value(long number)
    {
        Reserve(Spare);
        number.TryFormat(_bytes.AsSpan(_length), out var written, default, CultureInfo.InvariantCulture);
        _length += written;
    }

    internal void Value(double number)
    {
        Reserve(Spare);
        Utf8Formatter.TryFormat(number, _bytes.AsSpan(_length), out var written);
        _length += written;
    }

    internal void Value(decimal number)
    {
        Reserve(Spare);
        _length += DecimalText.Write(number, _bytes.AsSpan(_length));
    }

    /// <summary>Milliseconds with up to three decimals.</summary>
    internal void Value(TimeSpan time)
    {
        Reserve(Spare);
        _length += LogTimes.Milliseconds(time, _bytes.AsSpan(_length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length + Spare);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int more)
    {
        if (_bytes.Length - _length < more) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + more));
    }
}
