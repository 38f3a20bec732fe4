namespace Tollgate.Telemetry.Tracing.Content;

/// <summary>How much content the attributes written together may still hold. Whatever goes onto a span goes through here: redacted, then cut.</summary>
internal sealed class ContentBudget(TracingOptions options)
{
    // Of a long text no more is searched for secrets than can be kept, and a little, so that one across the end is found whole.
    private const int Slack = 4096;

    // What a part costs beside its text: brackets, names, roles. Ten thousand empty messages are no small attribute.
    private const int PartCost = 64;

    private int _left = options.MaxContent;

    internal bool IsSpent => _left <= 0;

    /// <summary>Pays for one more message or part. False: there is no room for it.</summary>
    internal bool TryBegin()
    {
        if (_left < PartCost) _left = 0;
        else _left -= PartCost;
        return _left > 0;
    }

    /// <summary>The text as it may be shown.</summary>
    internal string Take(string text)
    {
        if (text.Length > _left + Slack) text = text[..(_left + Slack)];
        text = Redaction.Apply(text);
        if (text.Length <= _left)
        {
            _left -= text.Length;
            return text;
        }

        var end = _left > 0 && char.IsHighSurrogate(text[_left - 1]) ? _left - 1 : _left;
        _left = 0;
        return string.Concat(text.AsSpan(0, end), "…");
    }

    /// <summary>Base64 of a medium, or null where it is not to be shown or too long.</summary>
    internal string? TakeMedia(string data)
    {
        if (!options.Media || data.Length > options.MaxMedia || data.Length > _left) return null;
        _left -= data.Length;
        return data;
    }
}
