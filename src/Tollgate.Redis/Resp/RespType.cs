namespace Tollgate.Redis.Resp;

/// <summary>The kinds of values in RESP2 and RESP3 (https://redis.io/docs/latest/develop/reference/protocol-spec/).</summary>
internal enum RespType
{
    /// <summary>RESP3's <c>_</c>, and RESP2's bulk string or array of length -1.</summary>
    Null,

    /// <summary><c>+</c></summary>
    SimpleString,

    /// <summary><c>-</c>, and <c>!</c>, which may hold line breaks.</summary>
    Error,

    /// <summary><c>:</c></summary>
    Integer,

    /// <summary><c>$</c></summary>
    BulkString,

    /// <summary><c>=</c>: a text after three letters that say what kind, which are left out.</summary>
    VerbatimString,

    /// <summary><c>,</c>, kept as text.</summary>
    Double,

    /// <summary><c>#</c>, with 1 for true and 0 for false.</summary>
    Boolean,

    /// <summary><c>(</c>, kept as text.</summary>
    BigNumber,

    /// <summary><c>*</c></summary>
    Array,

    /// <summary><c>~</c></summary>
    Set,

    /// <summary><c>%</c>: names and values by turns.</summary>
    Map,

    /// <summary><c>&gt;</c>: comes unasked, between replies.</summary>
    Push,

    /// <summary><c>|</c>: said of the value after it. Never handed out.</summary>
    Attribute,
}
