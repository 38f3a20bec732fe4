using System.Text;

namespace Tollgate.Protocols.Chat;

/// <summary>A JSON value that nobody between the two sides has to understand, as it was written: UTF-8, one value, valid.</summary>
public readonly record struct RawJson(ReadOnlyMemory<byte> Utf8)
{
    /// <summary>True when there is no value at all.</summary>
    public bool IsEmpty => Utf8.IsEmpty;

    /// <summary>From text that is known to be one valid JSON value.</summary>
    public static RawJson From(string json) => new(Encoding.UTF8.GetBytes(json));

    /// <inheritdoc/>
    public override string ToString() => Encoding.UTF8.GetString(Utf8.Span);
}
