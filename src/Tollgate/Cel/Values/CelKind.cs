namespace Tollgate.Cel.Values;

/// <summary>What a <see cref="CelValue"/> is.</summary>
internal enum CelKind : byte
{
    /// <summary>A variable that was declared and not given.</summary>
    Unset,

    /// <summary>Evaluation failed; the value says why. <c>&amp;&amp;</c> and <c>||</c> can absorb it.</summary>
    Error,

    Null,
    Bool,
    Int,
    Uint,
    Double,
    String,
    Bytes,
    List,
    Map,
    Timestamp,
    Duration,
    Type,
}
