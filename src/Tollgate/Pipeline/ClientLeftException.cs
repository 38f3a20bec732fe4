namespace Tollgate.Pipeline;

/// <summary>The client went away while it sent, whether or not the server has told so yet (<see cref="AttemptClock.ClientLeft"/>).</summary>
internal sealed class ClientLeftException(Exception inner) : IOException("the client has left", inner)
{
    /// <summary>True when this is what happened, or why sending to a provider ended.</summary>
    internal static bool IsIn(Exception e) => e is ClientLeftException || e.InnerException is ClientLeftException;
}
