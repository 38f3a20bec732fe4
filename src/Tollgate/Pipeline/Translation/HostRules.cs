using Tollgate.Catalog;
using Tollgate.Model;
using Tollgate.Protocols.Chat;

namespace Tollgate.Pipeline.Translation;

/// <summary>What a dialect can say and one of its hosts cannot take.</summary>
internal static class HostRules
{
    /// <summary>In words what the host cannot take when it is given addresses.</summary>
    internal const string Addresses = "an image or document by URL: this host takes them inline only, as base64";

    /// <summary>True when a medium or document can be said as an address there.</summary>
    internal static bool TakesAddress(Provider provider, Part part) => !TakesInlineOnly(provider.Kind) && provider.Upstream!.TakesAddress(part);

    /// <summary>Claude fetches addresses only where Anthropic itself hosts it.</summary>
    internal static bool TakesInlineOnly(ProviderKind kind) => kind.Envelope is EnvelopeKind.VertexRaw or EnvelopeKind.BedrockInvoke;
}
