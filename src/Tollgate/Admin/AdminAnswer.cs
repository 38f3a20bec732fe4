using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Tollgate.Admin;

/// <summary>What the admin API answers: a document, or an <see cref="AdminProblem"/>.</summary>
internal interface IAdminAnswer
{
    Task WriteAsync(HttpContext context);
}

/// <summary>A document.</summary>
/// <param name="Status">Of the answer.</param>
/// <param name="Body">Writes it; null: there is none.</param>
internal sealed record AdminDocument(int Status, Action<Utf8JsonWriter>? Body) : IAdminAnswer
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>For <c>if-match</c>; null: it has none.</summary>
    internal long? Revision { get; init; }

    /// <summary>Where what was made is; null: nothing was.</summary>
    internal string? Location { get; init; }

    public Task WriteAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        if (Location is not null) response.Headers.Location = Location;
        if (Revision is { } revision) response.Headers.ETag = EntityTag(revision);
        if (Body is null) return Task.CompletedTask;
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Relaxed)) Body(json);
        buffer.Write("\n"u8); // it is read in terminals
        response.ContentType = "application/json";
        response.ContentLength = buffer.WrittenCount;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).AsTask();
    }

    /// <summary>Null when the request is for this revision, or for any.</summary>
    internal static AdminProblem? RefuseOther(HttpContext context, long revision) =>
        context.Request.Headers.IfMatch.ToString() is { Length: > 0 } wanted && wanted != "*" && wanted != EntityTag(revision)
            ? new AdminProblem(StatusCodes.Status412PreconditionFailed, "changed", "it was changed since you read it: read it again, then send the change with its new etag")
            : null;

    private static string EntityTag(long revision) => "\"" + revision.ToString(CultureInfo.InvariantCulture) + "\"";
}
