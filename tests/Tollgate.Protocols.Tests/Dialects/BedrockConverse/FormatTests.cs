using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.BedrockConverse.Converse;

namespace Tollgate.Protocols.Tests.Dialects.BedrockConverse;

public sealed class FormatTests
{
    [Theory]
    [InlineData(MediaKind.Image, "image/png", "image", "png")]
    [InlineData(MediaKind.Image, "image/jpeg", "image", "jpeg")]
    [InlineData(MediaKind.Image, "IMAGE/JPG", "image", "jpeg")]
    [InlineData(MediaKind.Image, "image/gif", "image", "gif")]
    [InlineData(MediaKind.Image, "image/webp", "image", "webp")]
    [InlineData(MediaKind.Audio, "audio/mpeg", "audio", "mp3")]
    [InlineData(MediaKind.Audio, "audio/x-wav", "audio", "wav")]
    [InlineData(MediaKind.Audio, "audio/ogg; codecs=opus", "audio", "ogg")]
    [InlineData(MediaKind.Video, "video/mp4", "video", "mp4")]
    [InlineData(MediaKind.Video, "video/quicktime", "video", "mov")]
    [InlineData(MediaKind.Video, "video/3gpp", "video", "three_gp")]
    public void Media_types_have_Converses_names(MediaKind kind, string mediaType, string name, string format) =>
        Write(Ask(User(new MediaPart(kind, new InlineSource(mediaType, "AA==")))))
            .ShouldContain($$$"""{"{{{name}}}":{"format":"{{{format}}}","source":{"bytes":"AA=="}}""");

    [Theory]
    [InlineData("application/pdf", "pdf")]
    [InlineData("text/csv", "csv")]
    [InlineData("application/msword", "doc")]
    [InlineData("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx")]
    [InlineData("application/vnd.ms-excel", "xls")]
    [InlineData("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")]
    [InlineData("text/html", "html")]
    [InlineData("text/plain;charset=utf-8", "txt")]
    [InlineData("text/markdown", "md")]
    public void Documents_have_Converses_names(string mediaType, string format) =>
        Write(Ask(User(new TextPart("a"), new DocumentPart(new InlineSource(mediaType, "AA=="), null))))
            .ShouldContain($$$"""{"document":{"format":"{{{format}}}","name":"document","source":{"bytes":"AA=="}}""");

    [Theory]
    [InlineData("s3://bucket/a.b/picture.JPG", null, "jpeg")]
    [InlineData("s3://bucket/picture", "image/webp", "webp")]
    public void An_address_in_S3_is_passed_on(string url, string? mediaType, string format) =>
        Write(Ask(User(new MediaPart(MediaKind.Image, new UrlSource(url, mediaType)))))
            .ShouldContain($$$"""{"image":{"format":"{{{format}}}","source":{"s3Location":{"uri":"{{{url}}}"}""");

    [Fact]
    public void A_document_may_lie_in_S3() =>
        Write(Ask(User(new TextPart("a"), new DocumentPart(new UrlSource("s3://bucket/a.pdf", null), null))))
            .ShouldContain("""{"document":{"format":"pdf","name":"document","source":{"s3Location":{"uri":"s3://bucket/a.pdf"}}}}""");

    [Fact]
    public void Blocks_and_tools_in_Converses_own_grammar_are_passed_on()
    {
        const string Block = """{"guardContent":{"text":{"text":"x"}}}""";
        const string Offer = """{"systemTool":{"name":"nova_grounding"}}""";
        var own = new OpaquePart("bedrock.converse", RawJson.From(Block));
        var request = Ask(
            User(new TextPart("a"), own),
            Assistant(new ToolCallPart("t", "f", "{}")),
            User(new ToolResultPart("t", [new OpaquePart("bedrock.converse", RawJson.From("""{"json":{"a":1}}"""))], IsError: false))) with
        { Tools = [new Tool("nova_grounding", null, default) { Opaque = RawJson.From(Offer), OpaqueDialect = "bedrock.converse" }] };

        var body = Write(request);

        body.ShouldContain(Block);
        body.ShouldContain("\"content\":[{\"json\":{\"a\":1}}]");
        body.ShouldContain("\"tools\":[" + Offer + "]");
    }

    [Fact]
    public void What_was_answered_is_said_again_byte_for_byte()
    {
        const string Content = """
            [{"reasoningContent":{"reasoningText":{"text":" Let me\nthink.","signature":"c2ln+/=="}}},{"reasoningContent":{"reasoningText":{"text":"","signature":"b25seQ=="}}},{"reasoningContent":{"redactedContent":"cmVk+/=="}},{"text":"On it. "},{"toolUse":{"toolUseId":"tu_1","name":"get_weather","input":{"n": 1.0, "city":"Lima"}}},{"toolUse":{"toolUseId":"tu_2","name":"get_time","input":{}}}]
            """;
        var first = Hi with { Tools = [Tool("get.weather"), Tool("get_time")] };
        var answer = Fold(ReadEvents($$$"""{"output":{"message":{"content":{{{Content}}}}},"stopReason":"tool_use"}""", first)).Choices.Single();

        var second = first with { Turns = [.. first.Turns, Assistant([.. answer.Parts]), User(new ToolResultPart("tu_1", [new TextPart("1")], IsError: false))] };

        Rules(second, Sonnet45).Body.ShouldContain("{\"role\":\"assistant\",\"content\":" + Content + "}");
    }
}
