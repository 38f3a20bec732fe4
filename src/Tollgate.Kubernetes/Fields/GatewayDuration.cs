using System.Text.RegularExpressions;
using Tollgate.Configuration.Values;

namespace Tollgate.Kubernetes.Fields;

/// <summary>Durations as the Gateway API writes them (GEP-2257): <c>10s</c>, <c>1m30s</c>, <c>0s</c>.</summary>
internal static partial class GatewayDuration
{
    /// <summary>The longest time that a gateway waits for anything, which stands for none at all.</summary>
    public static TimeSpan Forever { get; } = TimeSpan.FromDays(1);

    public static TimeSpan? Parse(string? text)
    {
        if (text is null || !Form().IsMatch(text)) return null;
        return text.All(c => c is '0' or 'h' or 'm' or 's') ? TimeSpan.Zero : DurationText.Parse(text);
    }

    [GeneratedRegex("^([0-9]{1,5}(h|m|s|ms)){1,4}$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Form();
}
