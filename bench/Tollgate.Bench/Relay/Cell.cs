namespace Tollgate.Bench.Relay;

/// <summary>A kind of request, and how many connections send it.</summary>
internal sealed record Cell(string Shape, int Concurrency, int BodyLength = 1024, bool Stream = false, bool ClientHeaders = false);
