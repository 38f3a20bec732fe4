using System.Text;
using Tollgate.Upstreams;
using Tollgate.Upstreams.Http1;

namespace Tollgate.Tests.Upstreams;

/// <summary>What a reader makes of a head.</summary>
/// <param name="Head">What it says.</param>
/// <param name="Headers">Its lines, as <c>name: value</c>.</param>
/// <param name="Consumed">Its length.</param>
internal sealed record Reading(Head Head, IReadOnlyList<string> Headers, int Consumed)
{
    /// <summary>Null: it is not whole.</summary>
    public static Reading? Of(string text, HttpMethod? method = null, bool mayUpgrade = false, ResponseReader? reader = null)
    {
        var headers = new HeaderList();
        var isWhole = (reader ?? new ResponseReader()).TryRead(Encoding.Latin1.GetBytes(text), method ?? HttpMethod.Post, mayUpgrade, headers, out var head, out var consumed);
        return isWhole ? new Reading(head, Lines(headers), consumed) : null;
    }

    public static string[] Lines(HeaderList headers)
    {
        var lines = new string[headers.Count];
        for (var i = 0; i < lines.Length; i++) lines[i] = $"{headers.All[i].Name}: {headers.All[i].Value}";
        return lines;
    }
}
