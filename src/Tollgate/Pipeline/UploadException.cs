using Tollgate.Protocols.Errors;

namespace Tollgate.Pipeline;

/// <summary>A client's upload failed while it was being streamed on; carries the answer through the HTTP client that was sending it.</summary>
internal sealed class UploadException(GatewayErrorKind kind, string message) : IOException(message)
{
    internal GatewayErrorKind Kind { get; } = kind;
}
