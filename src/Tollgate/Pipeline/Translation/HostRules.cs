using Tollgate.Catalog;
using Tollgate.Protocols.Chat;

namespace Tollgate.Pipeline.Translation;

/// <summary>What a dialect can say and one of its hosts cannot take.</summary>
internal static class HostRules
{
    /// <summary>In words what the host cannot take, or null. Claude fetches addresses only where Anthropic itself hosts it.</summary>
    internal static string? Refuses(ProviderKind kind, ChatRequest request) =>
        kind.Envelope is EnvelopeKind.VertexRaw or EnvelopeKind.BedrockInvoke && request.Turns.Any(t => t.Parts.Any(HasAddress))
            ? "an image or document by URL: this host takes them inline only, as base64"
            : null;

    private static bool HasAddress(Part part) => part switch
    {
        MediaPart { Source: UrlSource } or DocumentPart { Source: UrlSource } => true,
        ToolResultPart result => result.Content.Any(HasAddress),
        _ => false,
    };
}
