using System.Net;
using System.Text;

namespace Tollgate.Protocols.Errors;

/// <summary>The few words that a proxy's HTML error page is about.</summary>
internal static class HtmlText
{
    /// <summary>The page's title, or without one its text without markup, scripts and styles; empty when there is neither.</summary>
    public static string Of(string html)
    {
        var title = Between(html, "<title", "</title");
        return Collapse(WebUtility.HtmlDecode(string.IsNullOrWhiteSpace(title) ? Strip(html) : title));
    }

    private static string? Between(string html, string open, string close)
    {
        var start = html.IndexOf(open, StringComparison.OrdinalIgnoreCase);
        if (start >= 0) start = html.IndexOf('>', start);
        var end = start < 0 ? -1 : html.IndexOf(close, start, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? null : html[(start + 1)..end];
    }

    private static string Strip(string html)
    {
        var text = new StringBuilder();
        var rest = html.AsSpan();
        while (true)
        {
            var tag = rest.IndexOf('<');
            text.Append(tag < 0 ? rest : rest[..tag]).Append(' ');
            if (tag < 0) return text.ToString();
            rest = rest[tag..];
            var end = rest.IndexOf(EndOf(rest), StringComparison.OrdinalIgnoreCase);
            if (end < 0) return text.ToString();
            rest = rest[end..];
            var close = rest.IndexOf('>');
            if (close < 0) return text.ToString();
            rest = rest[(close + 1)..];
        }
    }

    /// <summary>Where what begins here ends: comments, scripts and styles are left out with all that is in them.</summary>
    private static string EndOf(ReadOnlySpan<char> tag)
    {
        if (tag.StartsWith("<!--")) return "-->";
        if (tag.StartsWith("<script", StringComparison.OrdinalIgnoreCase)) return "</script";
        return tag.StartsWith("<style", StringComparison.OrdinalIgnoreCase) ? "</style" : ">";
    }

    private static string Collapse(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
