using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Connections;

/// <summary>How far a command came.</summary>
internal enum Delivery
{
    /// <summary>The server has replied, maybe with an error.</summary>
    Answered,

    /// <summary>It was never sent, so nothing has happened.</summary>
    NotSent,

    /// <summary>It may have been carried out: the connection was lost, or the reply did not come in time.</summary>
    Unknown,
}

/// <summary>What became of a command.</summary>
/// <param name="Delivery">How far it came.</param>
/// <param name="Value">The reply, when there is one.</param>
/// <param name="Reason">Why there is none.</param>
internal readonly record struct RedisReply(Delivery Delivery, RespValue Value, string Reason = "")
{
    /// <summary>True when the command was carried out.</summary>
    internal bool IsGood => Delivery == Delivery.Answered && !Value.IsError;

    /// <summary>What went wrong, for messages.</summary>
    internal string Complaint => Delivery == Delivery.Answered ? Value.ToString() : Reason;

    internal static RedisReply NotSent(string reason) => new(Delivery.NotSent, RespValue.Null, reason);
}
