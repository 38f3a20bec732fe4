using System.Globalization;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>Whose model it is: Converse is one grammar for all, but what stands in <c>additionalModelRequestFields</c> is each maker's own.</summary>
internal enum ModelFamily
{
    /// <summary>An ARN that does not tell, such as that of an application inference profile: nothing is held back from it.</summary>
    Unknown,

    /// <summary>Anthropic's Claude.</summary>
    Claude,

    /// <summary>Amazon's Nova of the first generation, without reasoning.</summary>
    Nova,

    /// <summary>Amazon's Nova 2, with <c>reasoningConfig</c>.</summary>
    Nova2,

    /// <summary>OpenAI's, which always think, with <c>reasoning_effort</c>.</summary>
    OpenAI,

    /// <summary>DeepSeek from version 3 on, with <c>reasoning_effort</c>; thinks only when told to.</summary>
    DeepSeek,

    /// <summary>Mistral.</summary>
    Mistral,

    /// <summary>Any other.</summary>
    Other,
}

/// <summary>What the id of a model tells about what it takes.</summary>
/// <param name="Family">Whose it is.</param>
/// <param name="Version">Claude's version as major × 100 + minor, such as 405 for 4.5; 0 when the name has none.</param>
/// <param name="AlwaysThinks">True for the Claudes that cannot be stopped from thinking.</param>
internal readonly record struct ConverseModel(ModelFamily Family, int Version = 0, bool AlwaysThinks = false)
{
    private const string Claude = "claude-";

    /// <summary>Claude thinks since 3.7; a name without version is taken for a new one.</summary>
    public bool ClaudeThinks => Family == ModelFamily.Unknown || (Family == ModelFamily.Claude && Version is 0 or >= 307);

    /// <summary>Claude decides how much to think since 4.6.</summary>
    public bool IsAdaptive => Family == ModelFamily.Claude && (Version == 0 || Version >= 406);

    /// <summary>Since 4.7 it takes neither a budget nor sampling parameters.</summary>
    public bool IsAdaptiveOnly => Family == ModelFamily.Claude && Version >= 407;

    /// <summary>Since 4.6 Claude refuses conversations that its own words end.</summary>
    public bool TakesPrefill => Family != ModelFamily.Claude || Version < 406;

    /// <summary>Since 4.1 it refuses a temperature and a top_p together.</summary>
    public bool TakesOneOfTemperatureAndTopP => Family == ModelFamily.Claude && Version >= 401;

    /// <summary>True when the prompt can be cached. Models that cannot refuse a cachePoint.</summary>
    public bool Caches => Family is ModelFamily.Unknown or ModelFamily.Claude or ModelFamily.Nova or ModelFamily.Nova2;

    /// <summary>True when it can check Claude's signatures.</summary>
    public bool MayBeClaude => Family is ModelFamily.Unknown or ModelFamily.Claude;

    /// <param name="model">Id, inference profile (<c>us.anthropic.claude-…</c>) or ARN.</param>
    public static ConverseModel Parse(string model)
    {
        var name = model.ToLowerInvariant();
        if (name.Contains("claude", StringComparison.Ordinal)) return new(ModelFamily.Claude, ClaudeVersion(name), IsRestless(name));
        if (name.Contains("nova-2", StringComparison.Ordinal)) return new(ModelFamily.Nova2);
        if (name.Contains("amazon.nova", StringComparison.Ordinal)) return new(ModelFamily.Nova);
        if (name.Contains("mistral", StringComparison.Ordinal)) return new(ModelFamily.Mistral);
        if (name.Contains("openai.", StringComparison.Ordinal) || name.Contains("gpt-oss", StringComparison.Ordinal)) return new(ModelFamily.OpenAI);
        // DeepSeek R1 always thinks, and refuses to be told how much.
        if (name.Contains("deepseek.v", StringComparison.Ordinal)) return new(ModelFamily.DeepSeek);
        var isOpaque = name.StartsWith("arn:", StringComparison.Ordinal)
            && !name.Contains(":foundation-model/", StringComparison.Ordinal) && !name.Contains(":inference-profile/", StringComparison.Ordinal);
        return new(isOpaque ? ModelFamily.Unknown : ModelFamily.Other);
    }

    private static bool IsRestless(string name) =>
        name.Contains("fable", StringComparison.Ordinal) || name.Contains("mythos", StringComparison.Ordinal);

    /// <summary>From <c>claude-3-5-sonnet-20241022-v2:0</c>, <c>claude-opus-4-6-v1</c>, <c>claude-sonnet-4-20250514</c>, <c>claude-v2:1</c>.</summary>
    private static int ClaudeVersion(string name)
    {
        var at = name.IndexOf(Claude, StringComparison.Ordinal);
        if (at < 0) return 0;
        var words = name[(at + Claude.Length)..].Split('-', ':', '@');
        for (var i = 0; i < words.Length; i++)
        {
            if (Number(words[i]) is { } major) return (major * 100) + (i + 1 < words.Length ? Number(words[i + 1]) ?? 0 : 0);
            if (words[i] is "v1" or "v2" or "instant") return 200;
            if (words[i] == "mythos" && (i + 1 == words.Length || Number(words[i + 1]) is null)) return 500; // its preview has no number
        }

        return 0;
    }

    /// <summary>A part of a version; dates are longer.</summary>
    private static int? Number(string word) =>
        word.Length is 1 or 2 && int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
