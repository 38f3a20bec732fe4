namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>An item of a stream that has been announced and is not yet whole.</summary>
internal abstract class OpenItem
{
    /// <summary>Tells the rest of it, and that it is whole.</summary>
    /// <param name="isCut">True: the answer ends here, before its time.</param>
    public abstract void Close(bool isCut);
}
