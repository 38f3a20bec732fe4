using System.Collections.Immutable;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What is told of requests.</summary>
internal static class TelemetryShapes
{
    /// <summary>Words for levels, and the ones that the framework's own documents use.</summary>
    internal static readonly ImmutableArray<string> Levels = ["debug", "info", "warning", "error", "none"];

    private static readonly ScalarShape AttributeName = Text with
    {
        Expected = "an attribute's name such as session.id",
        Pattern = "^[a-z][a-z0-9_.-]{0,63}$",
        Complaint = text => text.Length is > 0 and <= 64 && char.IsAsciiLetterLower(text[0]) && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '.' or '-') ? null : "",
    };

    private static readonly MapShape Headers = new("a map of headers to attributes, such as { x-session-id: session.id }", AttributeName);

    private static readonly ObjectShape RequestId = new("a map such as { header: x-request-id }",
    [
        new("header", "The header that carries a request's id; x-request-id by default.", HeaderName),
        new("accept", "Takes a caller's id over, if it is one; true by default.", Flag),
        new("send", "Tells providers the id; true by default.", Flag),
    ]);

    internal static readonly ObjectShape Telemetry = new("a map such as { logLevel: info }",
    [
        new("logLevel", "Log messages below it are left out; info by default. PUT /loglevel on the admin port changes it until the next start or reload.", OneOf(Levels)),
        new("requestHeaders", "Headers of requests that spans and the access log get, with the attribute's name; { agent-session-id: session.id } by default.", Headers),
        new("metricHeaders", "Headers of requests that metrics get, with the attribute's name. 100 values of each are told apart.", Headers),
        new("requestId", "Ids of requests.", RequestId),
    ]);

    internal static readonly ObjectShape AccessLog = new("a map such as { enabled: true }",
    [
        new("enabled", "One JSON line a request on standard output; true by default.", Flag),
        new("bodies", "Adds request and response bodies, which hold what users wrote; false by default.", Flag),
        new("sample", "Share of the requests that went well which get a line, from 0 to 1; 1 by default. Failed ones always do.", Share),
    ]);
}
