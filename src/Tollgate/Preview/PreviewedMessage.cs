using System.Collections.Immutable;

namespace Tollgate.Preview;

/// <summary>An HTTP message as it would go out.</summary>
/// <param name="Start">Method and address of a request; status of an answer.</param>
/// <param name="Headers">In the order in which they are sent; credentials are left out.</param>
/// <param name="Body">Byte for byte.</param>
public sealed record PreviewedMessage(string Start, ImmutableArray<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>What was said in other words or left out: a line each, with the place in the client's body.</summary>
    public ImmutableArray<string> Notes { get; init; } = [];
}

/// <summary>The message cannot be translated.</summary>
/// <param name="message">Why, and where.</param>
public sealed class PreviewException(string message) : Exception(message);
