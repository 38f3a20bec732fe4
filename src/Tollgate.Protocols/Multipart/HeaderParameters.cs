using System.Runtime.InteropServices;
using System.Text;

namespace Tollgate.Protocols.Multipart;

/// <summary>
/// Walks the parameters of a header value such as <c>form-data; name="model"; filename="a;b.wav"</c>, quoted or not
/// (RFC 9110 section 5.6.6, RFC 7578 section 4.2).
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal ref struct HeaderParameters
{
    private ReadOnlySpan<char> _rest;

    public HeaderParameters(ReadOnlySpan<char> headerValue)
    {
        var end = headerValue.IndexOf(';');
        Head = (end < 0 ? headerValue : headerValue[..end]).Trim();
        _rest = end < 0 ? default : headerValue[end..];
        Name = Value = default;
    }

    /// <summary>What stands before the first parameter.</summary>
    public ReadOnlySpan<char> Head { get; }

    /// <summary>The current parameter's name.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>The current parameter's value, without quotes and backslashes.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    /// <summary>Goes to the next parameter; false at the end.</summary>
    public bool MoveNext()
    {
        _rest = _rest.TrimStart("; \t");
        if (_rest.IsEmpty) return false;
        var end = _rest.IndexOfAny('=', ';');
        if (end < 0 || _rest[end] == ';')
        {
            end = end < 0 ? _rest.Length : end;
            Name = _rest[..end].Trim();
            Value = default;
            _rest = _rest[end..];
            return true;
        }

        Name = _rest[..end].Trim();
        _rest = _rest[(end + 1)..].TrimStart(" \t");
        Value = _rest.StartsWith('"') ? TakeQuoted() : TakeToken();
        return true;
    }

    /// <summary>The text of an extended value such as <c>UTF-8''m%C3%B6del</c> (RFC 8187); null when it is not one in UTF-8.</summary>
    public static string? DecodeExtended(ReadOnlySpan<char> value)
    {
        var language = value.IndexOf('\'');
        if (language < 0 || !value[..language].Equals("UTF-8", StringComparison.OrdinalIgnoreCase)) return null;
        var text = value[(language + 1)..].IndexOf('\'');
        return text < 0 ? null : Uri.UnescapeDataString(value[(language + text + 2)..]);
    }

    private ReadOnlySpan<char> TakeToken()
    {
        var end = _rest.IndexOf(';');
        var value = end < 0 ? _rest : _rest[..end];
        _rest = _rest[value.Length..];
        return value.Trim();
    }

    private ReadOnlySpan<char> TakeQuoted()
    {
        var end = 1;
        var escapes = 0;
        while (end < _rest.Length && _rest[end] != '"')
        {
            if (_rest[end] == '\\' && end + 1 < _rest.Length)
            {
                escapes++;
                end++;
            }

            end++;
        }

        var quoted = _rest[1..Math.Min(end, _rest.Length)];
        _rest = _rest[Math.Min(end + 1, _rest.Length)..];
        var next = _rest.IndexOf(';');
        _rest = next < 0 ? default : _rest[next..];
        return escapes == 0 ? quoted : Unescape(quoted);
    }

    private static string Unescape(ReadOnlySpan<char> quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var i = 0; i < quoted.Length; i++)
        {
            if (quoted[i] == '\\' && i + 1 < quoted.Length) i++;
            text.Append(quoted[i]);
        }

        return text.ToString();
    }
}
