namespace Tollgate.Pipeline;

/// <summary>
/// What becomes of a provider's frames on their way to the client: they pass as they are, or are written anew in another dialect. Bytes in,
/// bytes out; the pump does the I/O.
/// </summary>
internal abstract class FrameFlow : IDisposable
{
    /// <summary>Frames read so far, whatever they hold.</summary>
    internal int Frames { get; private protected set; }

    /// <summary>Events left out because nobody could have read them.</summary>
    internal int Skipped { get; private protected set; }

    /// <summary>Where the provider's bytes go; what is no whole frame yet stays in it.</summary>
    internal abstract FrameBuffer Input { get; }

    /// <summary>Some of the answer was read.</summary>
    internal abstract bool SawContent { get; }

    /// <summary>The provider said why it ends: only the tail is missing.</summary>
    internal abstract bool SawFinish { get; }

    /// <summary>Nothing follows.</summary>
    internal abstract bool SawEnd { get; }

    /// <summary>The framing is broken: what follows cannot be told apart.</summary>
    internal abstract bool IsCorrupt { get; }

    /// <summary>What an error that the provider told in its stream says about another attempt; null when it told none.</summary>
    internal abstract FailureClass? Fault { get; }

    /// <summary>Takes every whole frame on, and commits the client's stream when there is a reason to.</summary>
    internal abstract void Pass(ClientStream client);

    /// <summary>The provider closed, or kept a finished answer open for too long. False: the answer is not whole.</summary>
    internal abstract bool End(ClientStream client);

    /// <summary>The provider's error as an answer that can wait, asked for while nothing is committed; null when it is to pass in its stream.</summary>
    internal abstract HeldAnswer? Hold(ClientStream client, bool mayRetry);

    public abstract void Dispose();
}
