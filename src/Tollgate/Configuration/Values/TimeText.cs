using System.Globalization;

namespace Tollgate.Configuration.Values;

/// <summary>Moments: an ISO 8601 date or time, or seconds since 1970 as OpenAI's model lists have them.</summary>
internal static class TimeText
{
    // 9999-12-31, the last that DateTimeOffset can hold.
    private const long MaxSeconds = 253_402_214_400;

    public static DateTimeOffset? Parse(string text)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
        {
            return seconds <= MaxSeconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }

        string[] forms = ["yyyy-MM-dd", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ss.FFFFFFFK"];
        return DateTimeOffset.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
