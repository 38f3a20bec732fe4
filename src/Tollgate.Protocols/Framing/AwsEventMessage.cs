namespace Tollgate.Protocols.Framing;

/// <summary>
/// One message of <c>application/vnd.amazon.eventstream</c>: views of its headers and payload, nothing copied. Headers that
/// are absent, or aren't strings, are empty.
/// </summary>
public readonly ref struct AwsEventMessage
{
    /// <summary><c>:message-type</c>: <c>event</c>, <c>exception</c> or <c>error</c>.</summary>
    public ReadOnlySpan<byte> MessageType { get; internal init; }

    /// <summary><c>:event-type</c> of an event, such as <c>chunk</c> or <c>contentBlockDelta</c>.</summary>
    public ReadOnlySpan<byte> EventType { get; internal init; }

    /// <summary><c>:exception-type</c> of an exception, such as <c>throttlingException</c>.</summary>
    public ReadOnlySpan<byte> ExceptionType { get; internal init; }

    /// <summary><c>:error-code</c> of an error.</summary>
    public ReadOnlySpan<byte> ErrorCode { get; internal init; }

    /// <summary><c>:error-message</c> of an error, as plain text.</summary>
    public ReadOnlySpan<byte> ErrorMessage { get; internal init; }

    /// <summary><c>:content-type</c> of the payload.</summary>
    public ReadOnlySpan<byte> ContentType { get; internal init; }

    /// <summary>The payload.</summary>
    public ReadOnlySpan<byte> Payload { get; internal init; }
}

/// <summary>What <see cref="AwsEventStream.TryRead"/> found.</summary>
public enum AwsEventStatus
{
    /// <summary>The message isn't whole yet.</summary>
    NeedMore,

    /// <summary>A message was read.</summary>
    Ok,

    /// <summary>A checksum, a length or a header is wrong: the rest of the stream can't be trusted.</summary>
    Corrupt,
}
