using System.Text.RegularExpressions;

namespace Tollgate.Telemetry;

/// <summary>Takes secrets out of content: people paste keys into prompts, and traces and logs are read by more people than prompts.</summary>
internal static class Redaction
{
    internal const string Mark = "[redacted]";

    // Linear in the text, whatever it is: clients choose it.
    private static readonly Regex Secrets = new(
        string.Join('|',
        [
            @"\b(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}",                                   // OpenAI, Anthropic, Stripe and many more
            @"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",                                          // AWS
            @"\bAIza[0-9A-Za-z_-]{35}",                                                // Google
            @"\bgh[pousr]_[A-Za-z0-9]{30,}",                                           // GitHub
            @"\bxox[abprs]-[A-Za-z0-9-]{10,}",                                         // Slack
            @"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",        // JSON Web Tokens
            @"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]*(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?",
            @"(?i:\bbearer\s+)[A-Za-z0-9._~+/=-]{16,}",
        ]),
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

    /// <summary>True when there is something to take out. Allocates nothing.</summary>
    internal static bool Finds(ReadOnlySpan<char> text) => Secrets.IsMatch(text);

    internal static string Apply(string text) => Secrets.Replace(text, Mark);
}
