using System.Globalization;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>
/// What follows from the name of a model, wherever it is hosted: <c>claude-sonnet-4-5-20250929</c>,
/// <c>us.anthropic.claude-3-5-sonnet-20241022-v2:0</c>, <c>claude-opus-4@20250514</c>. A name that tells no version (an alias, an
/// ARN) is taken for a current model without surprises: its provider has the last word.
/// </summary>
internal sealed class ModelTraits
{
    private static readonly string[] Families = ["opus-", "sonnet-", "haiku-", "fable-", "mythos-", "claude-"];

    // Longest answers by family and version, from the model overview of Anthropic's documentation; the first line that fits counts.
    private static readonly (string Family, int From, long Tokens)[] Limits =
    [
        ("", 500, 64_000),
        ("opus", 405, 64_000),
        ("opus", 400, 32_000),
        ("", 307, 64_000),
        ("", 305, 8_192),
        ("", 0, 4_096),
    ];

    private readonly string _family = "";
    private readonly int? _version;

    public ModelTraits(string model)
    {
        var name = model.ToLowerInvariant().Replace('.', '-');
        IsPreview = name.Contains("mythos-preview", StringComparison.Ordinal);
        foreach (var family in Families)
        {
            var at = name.IndexOf(family, StringComparison.Ordinal);
            if (at < 0) continue;
            if (_family.Length == 0) _family = family[..^1];
            if (Version(name.AsSpan(at + family.Length - 1)) is not { } version) continue;
            _version = version;
            break;
        }
    }

    /// <summary>Structured output and strict tools.</summary>
    public bool HasSchemas => Since(405);

    /// <summary><c>output_config.effort</c>.</summary>
    public bool HasEffort => Since(406) || (_family == "opus" && Since(405));

    /// <summary>The levels of effort above high.</summary>
    public bool HasHighestEffort => Since(406);

    /// <summary>Thinking of any kind.</summary>
    public bool CanThink => Since(307);

    /// <summary>Thinking without a budget.</summary>
    public bool CanAdapt => Since(406);

    /// <summary>Thinking with a budget.</summary>
    public bool TakesBudget => _version is not >= 407 && !IsPreview;

    /// <summary>temperature, top_p and top_k.</summary>
    public bool TakesSampling => _version is not >= 407 && !IsPreview;

    /// <summary>temperature and top_p in one request.</summary>
    public bool TakesTopPBesideTemperature => _version is not >= 401;

    /// <summary>A conversation that the model's own words end.</summary>
    public bool TakesPrefill => _version is not >= 406 && !IsPreview;

    /// <summary>The same, of a model whose name tells it.</summary>
    public bool IsKnownToTakePrefill => _version is < 406;

    /// <summary><c>thinking.display</c>.</summary>
    public bool HasDisplay => Since(400);

    /// <summary>Shows its thinking unless told otherwise.</summary>
    public bool ShowsThinking => _version is < 407 && !IsPreview;

    /// <summary>Longest answer in tokens; null when the name does not tell.</summary>
    public long? MaxTokens
    {
        get
        {
            if (_version is not { } version) return IsPreview ? 64_000 : null;
            return Array.Find(Limits, line => version >= line.From && (line.Family.Length == 0 || line.Family == _family)).Tokens;
        }
    }

    private bool IsPreview { get; }

    private bool Since(int version) => _version is null || _version >= version;

    /// <summary>Of <c>-4-5-20250929</c> 405, of <c>-4@20250514</c> 400; dates are no versions.</summary>
    private static int? Version(ReadOnlySpan<char> name)
    {
        if (Digits(ref name) is not { } major) return null;
        return (major * 100) + (Digits(ref name) ?? 0);
    }

    private static int? Digits(ref ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name[0] != '-') return null;
        var end = 1;
        while (end < name.Length && char.IsAsciiDigit(name[end])) end++;
        if (end is 1 or > 3) return null;
        var number = int.Parse(name[1..end], CultureInfo.InvariantCulture);
        name = name[end..];
        return number;
    }
}
