using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Tollgate.Limits.Admitting;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;

namespace Tollgate.Pipeline;

/// <summary>Writes the gateway's own errors in the client's dialect.</summary>
internal static class ErrorWriter
{
    internal static ValueTask WriteAsync(GatewayRequest request, Refusal refusal)
    {
        LimitHeaders.Write(request);
        return WriteAsync(request.Context, request.Family, refusal, request.Record);
    }

    internal static async ValueTask WriteAsync(HttpContext context, ApiFamily family, Refusal refusal, Metering.RequestRecord record)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        ErrorBody.Write(buffer, family, refusal.Kind, refusal.Message, refusal.Param, record.RequestId);
        record.ErrorCode = refusal.Kind.Code;
        if (refusal.IsFinal) context.Response.Headers["x-should-retry"] = "false"; // OpenAI's and Anthropic's SDKs listen to it
        if (refusal.RetryAfter is { } wait) context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await WriteAsync(context, family, refusal.Kind.Status, buffer.WrittenMemory, record).ConfigureAwait(false);
    }

    /// <summary>An error body that is ready, as JSON. <paramref name="contentType"/> is a provider's own, which may name a charset.</summary>
    internal static async ValueTask WriteAsync(HttpContext context, ApiFamily family, int status, ReadOnlyMemory<byte> body, Metering.RequestRecord record, string contentType = "application/json")
    {
        var response = context.Response;
        response.StatusCode = record.Status = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers["x-tollgate-request-id"] = record.RequestId;
        AddRequestId(context, family, record);
        if (record.Provider is not null) response.Headers.TryAdd("x-tollgate-provider", record.Provider);
        if (record.Attempts > 1) response.Headers["x-tollgate-attempts"] = record.Attempts.ToString(CultureInfo.InvariantCulture);
        record.BytesOut = body.Length;
        await response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The SDKs show the id of this header in their exceptions and answers; a provider's own stays.</summary>
    internal static void AddRequestId(HttpContext context, ApiFamily family, Metering.RequestRecord record) =>
        context.Response.Headers.TryAdd(family == ApiFamily.Anthropic ? "request-id" : "x-request-id", record.RequestId);

    internal static string Megabytes(long bytes) => (bytes / (1024.0 * 1024)).ToString("0.#", CultureInfo.InvariantCulture) + " MB";
}
