using System.Collections.Immutable;
using System.Globalization;
using Tollgate.Configuration.Values;

namespace Tollgate.Configuration.Schema;

/// <summary>The kinds of single values.</summary>
internal static class ScalarShapes
{
    public static readonly ScalarShape Text = Of("a text", "string", text => text.Length > 0);

    public static readonly ScalarShape SecretText = Of("a text", "string", text => text.Length > 0) with { IsSecret = true };

    public static readonly ScalarShape Flag = Of("true or false", "boolean", text => text is "true" or "false");

    public static readonly ScalarShape Duration =
        Of("a duration such as 500ms, 10s, 2m or 1h30m", "string", text => DurationText.Parse(text) is not null) with { Pattern = DurationText.Pattern };

    public static readonly ScalarShape DurationOrZero =
        Of("a duration such as 500ms, 10s, 2m or 0s", "string", text => text is "0" or "0s" || DurationText.Parse(text) is not null) with { Pattern = "^(0|" + DurationText.Pattern[1..^1] + ")$" };

    public static readonly ScalarShape Size =
        Of("a size such as 512KiB, 64MB or 1GB", "string", text => SizeText.Parse(text) is not null) with { Pattern = SizeText.Pattern };

    public static readonly ScalarShape Address =
        Of("an address to listen on, such as 127.0.0.1:1975, [::1]:1975, *:1975 or a port", "string",
            text => AddressText.Parse(text, default) is not null);

    public static readonly ScalarShape Url = new("a base URL", "string", text => UrlText.Parse(text, out var complaint) is null ? complaint : null)
    {
        // Quoting it could show a password.
        IsSecret = true,
        Pattern = "^(https?://|\\$\\{)",
    };

    public static readonly ScalarShape Prefix =
        Of("a path such as /v1", "string", text => text.Length > 1 && text[0] == '/' && text[^1] != '/' && !text.Contains("//", StringComparison.Ordinal)
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '-' or '_' or '.')) with
        { Pattern = "^(/[A-Za-z0-9._-]+)+$" };

    public static readonly ScalarShape Sha256 =
        Of("64 hexadecimal digits", "string", text => text.Length == 64 && text.All(char.IsAsciiHexDigit)) with { Pattern = "^[0-9A-Fa-f]{64}$", IsSecret = true };

    public static readonly ScalarShape Time =
        Of("a date such as 2025-05-14, or seconds since 1970", "string", text => TimeText.Parse(text) is not null);

    /// <summary>A part of a host name or path: nothing in it may end that part.</summary>
    public static readonly ScalarShape Label =
        Of("a name of letters, digits and - such as us-east-1", "string", text => text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')) with
        { Pattern = "^[A-Za-z0-9_-]+$" };

    /// <summary>A host, or <c>*.</c> and a domain.</summary>
    public static readonly ScalarShape HostPattern =
        Of("a host name such as cdn.my.org, or *.my.org", "string", text => HostText.IsPattern(text)) with { Pattern = "^(\\*\\.)?[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+$" };

    public static readonly ScalarShape HeaderValue = new("a text", "string", HeaderRules.ValueComplaint) { IsSecret = true };

    public static readonly ScalarShape HeaderName = new("a header name", "string", HeaderRules.NameComplaint);

    /// <summary>A whole number of at least <paramref name="minimum"/>.</summary>
    public static ScalarShape Number(int minimum) =>
        Of($"a whole number of at least {minimum}", "integer",
            text => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= minimum) with
        { Minimum = minimum };

    public static readonly ScalarShape Percent =
        Of("a percentage from 1 to 100", "integer", text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 100) with { Minimum = 1 };

    /// <summary>Money: exact, never less than nothing.</summary>
    public static readonly ScalarShape Amount =
        Of("a number such as 2.50", "number", text => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)) with { Minimum = 0 };

    /// <summary>One of a few words.</summary>
    public static ScalarShape OneOf(params ImmutableArray<string> choices) =>
        Of($"one of {string.Join(", ", choices)}", "string", text => choices.IndexOf(text) >= 0) with { Choices = choices };

    private static ScalarShape Of(string expected, string jsonType, Func<string, bool> accepts) =>
        new(expected, jsonType, text => accepts(text) ? null : "");
}
