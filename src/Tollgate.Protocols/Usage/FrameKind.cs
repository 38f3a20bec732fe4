namespace Tollgate.Protocols.Usage;

/// <summary>What one frame of a streamed answer is to the gateway.</summary>
public enum FrameKind
{
    /// <summary>Comments, metadata, a delta that only names the role, a finish reason alone, anything unknown.</summary>
    Other,

    /// <summary>Holds some of the answer: text, reasoning, a tool call, audio, an image.</summary>
    Content,

    /// <summary>An OpenAI chunk with usage and no choices, sent only to clients that ask for it: withheld from the others.</summary>
    UsageOnly,

    /// <summary>The last frame: <c>[DONE]</c>, <c>message_stop</c>, <c>response.completed</c>, <c>incomplete</c> or <c>failed</c>, an audio <c>done</c>.</summary>
    End,

    /// <summary>The provider gave up in mid-stream.</summary>
    Error,

    /// <summary>Data that should be JSON and breaks off or is something else: a client's parser would fail on it.</summary>
    Unreadable,
}
