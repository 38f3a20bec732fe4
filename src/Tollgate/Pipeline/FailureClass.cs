namespace Tollgate.Pipeline;

/// <summary>What a failed attempt says about the next one.</summary>
internal enum FailureClass
{
    /// <summary>Nothing: the request is at fault, or the answer has begun. Nobody else is asked.</summary>
    Final,

    /// <summary>A passing fault (5xx, a reset connection): the same provider once more, then the next.</summary>
    Transient,

    /// <summary>Too many requests (429): the next provider; with nobody else left, the same one after a wait.</summary>
    Throttled,

    /// <summary>It kept silent (a time limit was met): never the same one again.</summary>
    Silent,

    /// <summary>It refuses the credential (401, 402, 403): never the same one again.</summary>
    Credential,

    /// <summary>It cannot be asked this: the next provider, never the same one again.</summary>
    Unaskable,
}

/// <summary>Sorts what went wrong.</summary>
internal static class Failures
{
    /// <summary>By a provider's status. Its own word on retrying wins.</summary>
    internal static FailureClass Of(HttpResponseMessage response)
    {
        if (response.Headers.NonValidated.TryGetValues("x-should-retry", out var word) && word.ToString().Equals("false", StringComparison.OrdinalIgnoreCase)) return FailureClass.Final;
        return (int)response.StatusCode switch
        {
            429 => FailureClass.Throttled,
            401 or 402 or 403 => FailureClass.Credential,
            408 or >= 500 => FailureClass.Transient,
            _ => FailureClass.Final,
        };
    }
}
