namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Tells whether text that arrives in pieces has become one whole JSON object or array.</summary>
internal struct JsonBalance
{
    private int _depth;
    private bool _inString;
    private bool _escaped;

    /// <summary>True when the last bracket was closed.</summary>
    public bool IsWhole { get; private set; }

    public void Add(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (_inString) AddToString(c);
            else if (c == '"') _inString = true;
            else if (c is '{' or '[') _depth++;
            else if (c is '}' or ']') IsWhole = --_depth == 0;
        }
    }

    private void AddToString(char c)
    {
        if (_escaped) _escaped = false;
        else if (c == '\\') _escaped = true;
        else if (c == '"') _inString = false;
    }
}
