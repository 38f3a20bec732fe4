namespace Tollgate.Protocols.Usage;

/// <summary>
/// The members of an object, in order, as raw slices. Stops without complaint where the text breaks off; values are skipped,
/// not checked.
/// </summary>
internal ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    /// <param name="json">Text that begins with an object; anything else has no members.</param>
    public JsonMembers(ReadOnlySpan<byte> json)
    {
        _text = json;
        var at = JsonSkim.Blanks(json, 0);
        _at = at < json.Length && json[at] == '{' ? at + 1 : -1;
    }

    /// <summary>The key, without quotes.</summary>
    public ReadOnlySpan<byte> Name { get; private set; }

    /// <summary>The value, with its quotes or brackets.</summary>
    public ReadOnlySpan<byte> Value { get; private set; }

    /// <summary>True when <see cref="Next"/> stopped at the closing brace.</summary>
    public bool IsClosed { get; private set; }

    public bool Next()
    {
        if (_at < 0) return false;
        var at = JsonSkim.Blanks(_text, _at);
        _at = -1;
        if (at < _text.Length && _text[at] == ',') at = JsonSkim.Blanks(_text, at + 1);
        IsClosed = at < _text.Length && _text[at] == '}';
        if (at >= _text.Length || _text[at] != '"') return false;

        var nameEnd = JsonSkim.StringEnd(_text, at);
        if (nameEnd < 0) return false;
        var value = JsonSkim.ValueStart(_text, nameEnd);
        if (value < 0) return false;
        var end = JsonSkim.ValueEnd(_text, value);
        if (end < 0) return false;

        Name = _text[(at + 1)..(nameEnd - 1)];
        Value = _text[value..end];
        _at = end;
        return true;
    }
}

/// <summary>The elements of an array, in order, as raw slices.</summary>
internal ref struct JsonElements
{
    private readonly ReadOnlySpan<byte> _text;
    private int _at;

    /// <param name="json">Text that begins with an array; anything else has no elements.</param>
    public JsonElements(ReadOnlySpan<byte> json)
    {
        _text = json;
        _at = !json.IsEmpty && json[0] == '[' ? 1 : -1;
    }

    public ReadOnlySpan<byte> Current { get; private set; }

    public bool Next()
    {
        if (_at < 0) return false;
        var at = JsonSkim.Blanks(_text, _at);
        _at = -1;
        if (at < _text.Length && _text[at] == ',') at = JsonSkim.Blanks(_text, at + 1);
        if (at >= _text.Length || _text[at] == ']') return false;
        var end = JsonSkim.ValueEnd(_text, at);
        if (end < 0) return false;
        Current = _text[at..end];
        _at = end;
        return true;
    }
}
