using Tollgate.Upstreams;

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

    /// <summary>It refuses the credential (401, 402, 403, a used-up quota): never the same one again.</summary>
    Credential,

    /// <summary>It cannot be asked this: the next provider, never the same one again.</summary>
    Unaskable,

    /// <summary>The request is longer than the model takes: only another model could do better.</summary>
    ContextLength,
}

/// <summary>Sorts what went wrong.</summary>
internal static class Failures
{
    /// <summary>By a provider's status and the words of its error. Its own word on retrying wins over the status.</summary>
    internal static FailureClass Of(UpstreamResponse response, ReadOnlySpan<byte> body)
    {
        var status = response.Status;
        var meaning = ErrorWords.Read(body);
        if (status is >= 400 and < 500 && meaning is FailureClass.Final or FailureClass.ContextLength) return meaning.Value;
        if (status is 401 or 402 or 403 || (status == 429 && meaning == FailureClass.Credential)) return FailureClass.Credential;
        if ("false".Equals(response.Headers.Find("x-should-retry"), StringComparison.OrdinalIgnoreCase)) return FailureClass.Final;
        return status switch
        {
            429 => FailureClass.Throttled,
            408 or >= 500 => FailureClass.Transient,
            _ => FailureClass.Final,
        };
    }

    /// <summary>By the status that an error under a good status stands for.</summary>
    internal static FailureClass Of(int status, ReadOnlySpan<byte> text) => ErrorWords.Read(text) ?? status switch
    {
        401 or 402 or 403 => FailureClass.Credential,
        429 => FailureClass.Throttled,
        400 or 404 or 413 or 422 => FailureClass.Final,
        _ => FailureClass.Transient,
    };
}
