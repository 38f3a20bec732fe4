namespace Tollgate.Configuration;

/// <summary>What a model changes of the top-level retry. Null: not changed.</summary>
public sealed record RetryOverrides(int? Attempts, TimeSpan? Deadline, TimeSpan? MaxWait)
{
    /// <summary>See <see cref="RetryConfig.Again"/>.</summary>
    public bool? Again { get; init; }

    internal RetryConfig Over(RetryConfig retry) => new(Attempts ?? retry.Attempts, Deadline ?? retry.Deadline, MaxWait ?? retry.MaxWait) { Again = Again ?? retry.Again };
}

/// <summary>What a model changes of its providers' time limits. Null: not changed.</summary>
public sealed record TimeoutOverrides(TimeSpan? Connect, TimeSpan? Headers, TimeSpan? FirstToken, TimeSpan? Idle, TimeSpan? Total)
{
    internal TimeoutConfig Over(TimeoutConfig timeouts) => new()
    {
        Connect = Connect ?? timeouts.Connect,
        Headers = Headers ?? timeouts.Headers,
        FirstToken = FirstToken ?? timeouts.FirstToken,
        Idle = Idle ?? timeouts.Idle,
        Total = Total ?? timeouts.Total,
    };
}
