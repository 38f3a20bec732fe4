using System.Globalization;

namespace Tollgate.Pipeline;

/// <summary>Reads how long a provider asks to be left alone: <c>retry-after-ms</c> (OpenAI), <c>x-ms-retry-after-ms</c> (Azure), <c>retry-after</c> in seconds or as a date (RFC 9110, 10.2.3).</summary>
internal static class RetryAfter
{
    internal static TimeSpan? Of(HttpResponseMessage response, DateTimeOffset now)
    {
        if (Number(response, "retry-after-ms") is { } milliseconds) return Milliseconds(milliseconds);
        if (Number(response, "x-ms-retry-after-ms") is { } azure) return Milliseconds(azure);
        if (Number(response, "retry-after") is { } seconds) return Milliseconds(seconds * 1000);
        if (!response.Headers.NonValidated.TryGetValues("retry-after", out var date)) return null;
        return DateTimeOffset.TryParse(date.ToString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var until)
            ? until > now ? until - now : TimeSpan.Zero
            : null;
    }

    private static double? Number(HttpResponseMessage response, string header) =>
        response.Headers.NonValidated.TryGetValues(header, out var value)
        && double.TryParse(value.ToString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(Math.Min(value, TimeSpan.FromDays(1).TotalMilliseconds));
}
