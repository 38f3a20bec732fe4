using System.Text.RegularExpressions;

namespace Tollgate.Pricing;

/// <summary>
/// Finds the name that a price list has for a model among what providers add to it: a date, a version, a region, a path. Nothing that
/// makes another model of it is taken away.
/// </summary>
internal static partial class ModelNames
{
    /// <summary>The name itself, then shorter and shorter ones.</summary>
    public static IEnumerable<string> Candidates(string model)
    {
        yield return model;

        // publishers/google/models/gemini-2.5-pro, arn:aws:bedrock:…:inference-profile/us.amazon.nova-pro-v1:0
        var name = model.StartsWith("arn:", StringComparison.Ordinal) || model.Contains("models/", StringComparison.Ordinal) ? model[(model.LastIndexOf('/') + 1)..] : model;
        if (name.Length < model.Length) yield return name;

        var bare = Version().Replace(Region().Replace(name, ""), "");
        if (bare.Length < name.Length) yield return bare;
        var undated = Date().Replace(bare, "");
        if (undated.Length < bare.Length) yield return undated;
    }

    // Bedrock's inference profiles: us.amazon.nova-pro-v1:0
    [GeneratedRegex(@"^(us|eu|apac|global|jp|au|ca|us-gov)\.(?=[a-z0-9]+\.)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Region();

    // Bedrock's versions: -v1:0, :0
    [GeneratedRegex(@"(-v[0-9]+)?:[0-9]+(:[0-9a-z]+)?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Version();

    // gpt-4o-2024-08-06, claude-sonnet-4-5-20250929, claude-sonnet-4-5@20250929
    [GeneratedRegex(@"([-@]20[0-9]{2}-?[0-9]{2}-?[0-9]{2}|@default)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Date();
}
