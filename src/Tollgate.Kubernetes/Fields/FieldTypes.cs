using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Tollgate.Configuration.Schema;
using Tollgate.Configuration.Values;

namespace Tollgate.Kubernetes.Fields;

/// <summary>The single values of resources: what belongs there, and how it is told from what does not.</summary>
internal static partial class FieldTypes
{
    public static Shape Of(Field field) => field.Type switch
    {
        "any" => new AnyShape("any value"),
        "map" => new MapShape("a map of texts", Text("a text", _ => true)),
        "string" => Limited(field),
        "int" => Number(field, 0, long.MaxValue),
        "port" => Number(field, 1, 65535),
        "bool" => ScalarShapes.Flag,
        "gwduration" => Text("a duration such as 10s, 1m30s or 500ms", text => GatewayDuration.Parse(text) is not null),
        "quantity" => Text("a quantity such as 50Mi", text => SizeText.Parse(text) is not null),
        "time" => Text("a time such as 2025-05-14T00:00:00Z", text => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _) && text.Contains('T', StringComparison.Ordinal)),
        "uri" => Text("a URL", text => Uri.TryCreate(text, UriKind.Absolute, out _)),
        "regex" => new ScalarShape("a regular expression", "string", PatternText.Complaint),
        "header" => Matching(field, "a header name", HeaderName(), 256),
        "name" => Matching(field, "a name of small letters, digits, - and .", Subdomain(), 253),
        "section" => Matching(field, "a name of small letters, digits, - and .", Subdomain(), 253),
        "label" => Matching(field, "a name of small letters, digits and -", Label(), 63),
        "kind" => Matching(field, "a kind such as Gateway", Kind(), 63),
        "group" => Matching(field, "an API group such as gateway.networking.k8s.io", Subdomain(), 253, mayBeEmpty: true),
        "host" => Matching(field, "a host name of small letters, such as api.my.org or *.my.org", Host(), 253, also: text => !IPAddress.TryParse(text, out _)),
        _ => throw new InvalidOperationException($"'{field.Type}' is no type of fields"),
    };

    private static ScalarShape Limited(Field field)
    {
        if (field.Limits.TryGetValue("enum", out var words)) return ScalarShapes.OneOf([.. words.Split(',')]);
        if (field.IsList) return Text("a text", _ => true);

        var least = field.Number("min") ?? 0;
        var most = field.Number("max");
        var expected = (least, most) switch
        {
            (0, null) => "a text",
            (_, null) => "a text that is not empty",
            (0, _) => $"a text of at most {most} characters",
            _ => $"a text of {least} to {most} characters",
        };
        return Text(expected + Except(field), text => text.Length >= least && (most is null || text.Length <= most) && !IsExcluded(field, text));
    }

    private static ScalarShape Matching(Field field, string expected, Regex pattern, int longest, bool mayBeEmpty = false, Func<string, bool>? also = null)
    {
        if (!field.IsList) longest = Math.Min(longest, field.Number("max") ?? longest);
        return Text($"{expected}, at most {longest} characters{Except(field)}", text => text.Length == 0
            ? mayBeEmpty
            : text.Length <= longest && pattern.IsMatch(text) && !IsExcluded(field, text) && also?.Invoke(text) != false);
    }

    private static ScalarShape Number(Field field, long least, long most)
    {
        least = field.Number("min") ?? least;
        most = field.Number("max") ?? most;
        var expected = most == long.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}";
        return Text(expected, text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most);
    }

    private static string Except(Field field) => field.Limits.TryGetValue("not", out var word) ? $", and not {word}" : "";

    private static bool IsExcluded(Field field, string text) => field.Limits.TryGetValue("not", out var word) && text == word;

    private static ScalarShape Text(string expected, Func<string, bool> fits) => new(expected, "string", text => fits(text) ? null : "");

    [GeneratedRegex("^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex HeaderName();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Subdomain();

    [GeneratedRegex("^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Host();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();

    [GeneratedRegex("^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Kind();
}
