namespace Tollgate.Simulator.Wire;

/// <summary>
/// A request that the provider would refuse. Thrown, because it may be found deep inside a half-read body, and caught
/// in one place: <see cref="Dispatcher"/>.
/// </summary>
internal sealed class Refusal(int status, string message, string? param = null, string? code = null) : Exception(message)
{
    public int Status => status;

    public string? Param => param;

    public string? Code => code;

    /// <summary>Seconds for <c>retry-after</c>.</summary>
    public int? RetryAfter { get; init; }

    public static Refusal Missing(string param) =>
        new(400, $"Missing required parameter: '{param}'.", param, "missing_required_parameter");
}

/// <summary>The simulated answer is over: the connection is gone or the last byte is written.</summary>
internal sealed class AnswerEnded : Exception;

/// <summary>
/// The connection is to break in mid-answer. Nobody catches it: Kestrel then sends what was written and closes without the
/// end of the body. (<c>HttpContext.Abort</c> resets the connection, and tokens that are on their way get lost.)
/// </summary>
internal sealed class ConnectionCut() : IOException("The simulator was asked to break this connection.");
