using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Tests.Dialects.GeminiGenerate.Asking;

namespace Tollgate.Protocols.Tests.Dialects.GeminiGenerate;

public sealed class MediaTests
{
    [Fact]
    public void Writes_media_inline_and_by_address() => Request(User(
            new TextPart("Look"),
            new MediaPart(MediaKind.Image, new InlineSource("image/png", "aGk=")),
            new MediaPart(MediaKind.Image, new UrlSource("gs://bucket/pic.png", null)),
            new MediaPart(MediaKind.Image, new UrlSource("https://a.example/x.JPEG?size=1.gif#b", null)) { Detail = "auto" },
            new MediaPart(MediaKind.Audio, new InlineSource("audio/wav", "aGk=")),
            new MediaPart(MediaKind.Video, new UrlSource("gs://b/film", "video/webm")),
            new DocumentPart(new InlineSource("application/pdf", "aGk="), null),
            new DocumentPart(new TextSource("Größe"), null)))
        .ShouldBecome(Modern, """
            {"contents":[{"role":"user","parts":[
              {"text":"Look"},
              {"inlineData":{"mimeType":"image/png","data":"aGk="}},
              {"fileData":{"mimeType":"image/png","fileUri":"gs://bucket/pic.png"}},
              {"fileData":{"mimeType":"image/jpeg","fileUri":"https://a.example/x.JPEG?size=1.gif#b"}},
              {"inlineData":{"mimeType":"audio/wav","data":"aGk="}},
              {"fileData":{"mimeType":"video/webm","fileUri":"gs://b/film"}},
              {"inlineData":{"mimeType":"application/pdf","data":"aGk="}},
              {"inlineData":{"mimeType":"text/plain","data":"R3LDtsOfZQ=="}}]}]}
            """);

    [Theory]
    [InlineData(MediaKind.Image, "image/jpeg")]
    [InlineData(MediaKind.Audio, "audio/mpeg")]
    [InlineData(MediaKind.Video, "video/mp4")]
    public void Assumes_a_type_when_the_address_tells_none(MediaKind kind, string type) =>
        Request(User(new MediaPart(kind, new UrlSource("https://a.example/x", null))))
            .ShouldBecome(Modern, $$$"""{"contents":[{"role":"user","parts":[{"fileData":{"mimeType":"{{{type}}}","fileUri":"https://a.example/x"}}]}]}""", "media type of a URL");

    [Theory]
    [InlineData("low", "MEDIA_RESOLUTION_LOW")]
    [InlineData("high", "MEDIA_RESOLUTION_HIGH")]
    public void Gemini_3_has_a_resolution_for_each_image(string detail, string level) =>
        Request(User(new MediaPart(MediaKind.Image, new InlineSource("image/png", "aGk=")) { Detail = detail })).Member(Three, "contents")
            .ShouldContain($$$""","mediaResolution":{"level":"{{{level}}}"}}""");

    [Fact]
    public void Media_in_results_follow_the_results() => Request(
            Model(new ToolCallPart("a", "f", "{}"), new ToolCallPart("b", "g", "{}")),
            User(
                new ToolResultPart("a", [new TextPart("see"), new MediaPart(MediaKind.Image, new InlineSource("image/png", "aGk="))], IsError: false) { Name = "f" },
                new ToolResultPart("b", [], IsError: false) { Name = "g" }))
        .ShouldBecome(Modern, """
            {"contents":[
              {"role":"model","parts":[{"functionCall":{"name":"f","args":{}}},{"functionCall":{"name":"g","args":{}}}]},
              {"role":"user","parts":[
                {"functionResponse":{"name":"f","response":{"output":"see"}}},
                {"functionResponse":{"name":"g","response":{"output":""}}},
                {"inlineData":{"mimeType":"image/png","data":"aGk="}}]}]}
            """, "media in a tool result");
}
