namespace Tollgate.Redis.Resp;

/// <summary>How much one reply may hold: a server, or what pretends to be one, decides how much is sent.</summary>
/// <param name="MaxLine">Longest line, in bytes: numbers, simple strings, errors.</param>
/// <param name="MaxBytes">All texts of a reply together, in bytes.</param>
/// <param name="MaxItems">All values of a reply together.</param>
/// <param name="MaxDepth">Aggregates in aggregates.</param>
internal sealed record RespLimits(int MaxLine = 64 * 1024, int MaxBytes = 1024 * 1024, int MaxItems = 65_536, int MaxDepth = 16);
