using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Tollgate.Admin;

/// <summary>A refusal of the admin API, as RFC 9457 writes it (<c>application/problem+json</c>).</summary>
/// <param name="Status">Of the answer.</param>
/// <param name="Code">For programs; the texts may change.</param>
/// <param name="Detail">What is wrong and how to mend it. Never holds a secret.</param>
internal sealed record AdminProblem(int Status, string Code, string Detail) : IAdminAnswer
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Members of the body that are at fault, each with the mend.</summary>
    internal ImmutableArray<FieldFault> Fields { get; init; } = [];

    internal static AdminProblem NotFound { get; } = new(StatusCodes.Status404NotFound, "not_found", "there is nothing of that name here, or you do not manage it");

    internal static AdminProblem Conflict { get; } = new(StatusCodes.Status409Conflict, "conflict", "somebody else changed it at the same moment: read it again and repeat the change");

    /// <summary>For a body whose members are at fault.</summary>
    internal static AdminProblem Invalid(IEnumerable<FieldFault> faults)
    {
        ImmutableArray<FieldFault> fields = [.. faults];
        return new AdminProblem(StatusCodes.Status422UnprocessableEntity, "invalid", string.Join("; ", fields.Select(f => $"{f.Field} {f.Detail}"))) { Fields = fields };
    }

    public Task WriteAsync(HttpContext context)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Relaxed)) Write(json);
        context.Response.StatusCode = Status;
        context.Response.ContentType = "application/problem+json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = buffer.WrittenCount;
        return context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).AsTask();
    }

    private void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("title"u8, ReasonPhrases.GetReasonPhrase(Status));
        json.WriteNumber("status"u8, Status);
        json.WriteString("code"u8, Code);
        json.WriteString("detail"u8, Detail);
        if (!Fields.IsEmpty)
        {
            json.WriteStartArray("errors"u8);
            foreach (var fault in Fields)
            {
                json.WriteStartObject();
                json.WriteString("field"u8, fault.Field);
                json.WriteString("detail"u8, fault.Detail);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}

/// <summary>A member of a body that is at fault.</summary>
/// <param name="Field">Its name.</param>
/// <param name="Detail">What is wrong and how to mend it.</param>
internal readonly record struct FieldFault(string Field, string Detail);
