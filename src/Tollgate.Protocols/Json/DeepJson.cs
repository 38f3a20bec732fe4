using System.Text.Json;

namespace Tollgate.Protocols.Json;

/// <summary>Options for reading JSON as deep as the gateway lets it be, which is deeper than System.Text.Json's own 64 levels.</summary>
internal static class DeepJson
{
    internal static JsonDocumentOptions Document { get; } = new() { MaxDepth = JsonHead.MaxDepth };

    internal static JsonReaderOptions Reader { get; } = new() { MaxDepth = JsonHead.MaxDepth };
}
