namespace Tollgate.Upstreams.Http1;

/// <summary>The connection broke while a body was sent.</summary>
internal sealed class WireException(string message, Exception? inner) : IOException(message, inner);
