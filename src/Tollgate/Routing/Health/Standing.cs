namespace Tollgate.Routing.Health;

/// <summary>What a circuit says to a request that would like to pass.</summary>
internal enum Standing
{
    /// <summary>Come in.</summary>
    Free,

    /// <summary>It has rested long enough: one request may try.</summary>
    ProbeDue,

    /// <summary>Not yet.</summary>
    Out,
}

/// <summary>Why something is out.</summary>
internal enum RestReason
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>It failed too often.</summary>
    Faults,

    /// <summary>It asked to be left alone for a while.</summary>
    Throttled,

    /// <summary>It refuses the key.</summary>
    Credential,
}
