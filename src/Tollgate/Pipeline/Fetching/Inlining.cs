using Tollgate.Protocols.Chat;

namespace Tollgate.Pipeline.Fetching;

/// <summary>Finds the addresses in a request, and puts what they stand for in their place.</summary>
internal static class Inlining
{
    // The smallest stand-ins that no dialect refuses for their type: with them a plan can be judged before anything is fetched.
    private static readonly InlineSource AnyImage = new("image/png", "");
    private static readonly InlineSource AnyDocument = new("application/pdf", "");

    /// <summary>Pictures and documents at http(s) addresses of which <paramref name="takes"/> is false for who is asked.</summary>
    internal static IReadOnlyList<Part> Find<T>(ChatRequest request, T asked, Func<T, Part, bool> takes)
    {
        List<Part>? found = null;
        for (var i = 0; i < request.Turns.Count; i++)
        {
            var parts = request.Turns[i].Parts;
            for (var j = 0; j < parts.Count; j++) Find(parts[j], asked, takes, ref found);
        }

        return found ?? (IReadOnlyList<Part>)[];
    }

    /// <summary>Address of a part that <see cref="Find{T}(ChatRequest, T, Func{T, Part, bool})"/> found.</summary>
    internal static string AddressOf(Part part) => ((UrlSource)SourceOf(part)!).Url;

    /// <summary>The request with <paramref name="parts"/> inline: what was fetched, or for want of it a stand-in.</summary>
    internal static ChatRequest Replace(ChatRequest request, IReadOnlyList<Part> parts, IReadOnlyDictionary<(bool IsDocument, string Address), InlineSource>? fetched)
    {
        return request with { Turns = [.. request.Turns.Select(turn => turn with { Parts = [.. turn.Parts.Select(Inlined)] })] };

        Part Inlined(Part part) => part switch
        {
            ToolResultPart result => result with { Content = [.. result.Content.Select(Inlined)] },
            _ when !parts.Contains(part, ReferenceEqualityComparer.Instance) => part,
            DocumentPart document => document with { Source = Lookup(document, AnyDocument) },
            MediaPart media => media with { Source = Lookup(media, AnyImage) },
            _ => part,
        };

        InlineSource Lookup(Part part, InlineSource otherwise) =>
            fetched?.GetValueOrDefault((part is DocumentPart, AddressOf(part))) ?? otherwise;
    }

    private static void Find<T>(Part part, T asked, Func<T, Part, bool> takes, ref List<Part>? found)
    {
        if (part is ToolResultPart result)
        {
            foreach (var inner in result.Content) Find(inner, asked, takes, ref found);
        }
        else if (SourceOf(part) is UrlSource url && url.Url.StartsWith("http", StringComparison.OrdinalIgnoreCase) && !takes(asked, part))
        {
            (found ??= []).Add(part);
        }
    }

    private static MediaSource? SourceOf(Part part) => part switch
    {
        DocumentPart document => document.Source,
        MediaPart { Kind: MediaKind.Image } media => media.Source,
        _ => null,
    };
}
