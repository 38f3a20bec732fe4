using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Translators;
using Tollgate.Protocols.Translators.Images;

namespace Tollgate.Protocols.Tests.Translators.Images;

public sealed class ImagesTranslatorTests
{
    private const string Imagen = "imagen-4.0-generate-001";
    private const string Gemini = "gemini-2.5-flash-image";
    private const string Titan = "amazon.titan-image-generator-v2:0";
    private const string Nova = "amazon.nova-canvas-v1:0";
    private const string Stability = "stability.stable-image-core-v1:1";

    [Theory]
    [InlineData(Imagen, """{"prompt":"a gate"}""", """{"instances":[{"prompt":"a gate"}],"parameters":{"sampleCount":1}}""")]
    [InlineData(Imagen, """{"prompt":"a gate","n":3,"size":"1024x1024","output_format":"jpeg","output_compression":80}""", """{"instances":[{"prompt":"a gate"}],"parameters":{"sampleCount":3,"aspectRatio":"1:1","outputOptions":{"mimeType":"image/jpeg","compressionQuality":80}}}""")]
    [InlineData(Imagen, """{"prompt":"a gate","size":"2048x2048"}""", """{"instances":[{"prompt":"a gate"}],"parameters":{"sampleCount":1,"aspectRatio":"1:1","sampleImageSize":"2K"}}""")]
    [InlineData(Imagen, """{"prompt":"a gate","size":"1792x1024"}""", """{"instances":[{"prompt":"a gate"}],"parameters":{"sampleCount":1,"aspectRatio":"16:9"}}""")]
    [InlineData(Gemini, """{"prompt":"a gate","size":"1536x1024","quality":"auto"}""", """{"contents":[{"role":"user","parts":[{"text":"a gate"}]}],"generationConfig":{"responseModalities":["TEXT","IMAGE"],"imageConfig":{"aspectRatio":"3:2"}}}""")]
    [InlineData(Titan, """{"prompt":"a gate","size":"768x768","quality":"hd","n":2}""", """{"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a gate"},"imageGenerationConfig":{"numberOfImages":2,"quality":"premium","width":768,"height":768}}""")]
    [InlineData(Nova, """{"prompt":"a gate","size":"1280x720","quality":"low"}""", """{"taskType":"TEXT_IMAGE","textToImageParams":{"text":"a gate"},"imageGenerationConfig":{"numberOfImages":1,"quality":"standard","width":1280,"height":720}}""")]
    [InlineData(Stability, """{"prompt":"a gate","size":"1024x1536"}""", """{"prompt":"a gate","aspect_ratio":"2:3","output_format":"png"}""")]
    public void Asks_each_family_in_its_own_words(string model, string body, string expected) => Of(model).Bodies(body, model).ShouldBe([expected]);

    [Theory]
    [InlineData(Imagen, 10, "4 4 2")]
    [InlineData(Gemini, 3, "1 1 1")]
    [InlineData(Nova, 7, "5 2")]
    [InlineData(Stability, 2, "1 1")]
    public void Makes_as_many_calls_as_the_number_of_images_needs(string model, int images, string each)
    {
        var bodies = Of(model).Bodies($$"""{"prompt":"a","n":{{images}}}""", model);
        bodies.Length.ShouldBe(each.Split(' ').Length);
        foreach (var (body, count) in bodies.Zip(each.Split(' ')))
        {
            if (model is Imagen) body.ShouldContain($"\"sampleCount\":{count}");
            if (model is Nova) body.ShouldContain($"\"numberOfImages\":{count}");
        }
    }

    [Theory]
    [InlineData(Imagen, """{"prompt":"a","size":"1536x1024"}""", "size")]
    [InlineData("imagen-3.0-generate-002", """{"prompt":"a","size":"2048x2048"}""", "size")]
    [InlineData(Titan, """{"prompt":"a","size":"1000x1000"}""", "size")]
    [InlineData(Nova, """{"prompt":"a","size":"1000x1000"}""", "size")]
    [InlineData(Nova, """{"prompt":"a","size":"4096x4096"}""", "size")]
    [InlineData(Nova, """{"prompt":"a","size":"2048x320"}""", "size")]
    [InlineData(Gemini, """{"prompt":"a","output_format":"webp"}""", "output_format")]
    [InlineData(Stability, """{"prompt":"a","response_format":"url"}""", "response_format: url")]
    [InlineData(Stability, """{"prompt":"a","background":"transparent"}""", "background: transparent")]
    [InlineData("amazon.nova-pro-v1:0", """{"prompt":"a"}""", "model")]
    public void Refuses_what_the_family_cannot_make(string model, string body, string field) => Of(model).Ask(body, model).Log.Refusal!.Rule.Field.ShouldBe(field);

    [Fact]
    public void Says_what_it_drops() =>
        Of(Stability).Ask("""{"prompt":"a","quality":"high","style":"vivid","user":"u","output_compression":5}""", Stability).Log.Entries.Select(e => e.Rule.Field).Order()
            .ShouldBe(["output_compression", "quality", "style", "user"]);

    [Theory]
    [InlineData("{}", "/prompt")]
    [InlineData("""{"prompt":"a","n":11}""", "/n")]
    [InlineData("""{"prompt":"a","size":"big"}""", "/size")]
    [InlineData("""{"prompt":"a","size":"0x5"}""", "/size")]
    [InlineData("""{"prompt":"a","output_format":"gif"}""", "/output_format")]
    public void Names_what_is_wrong_with_a_request(string body, string pointer) => Should.Throw<ChatFormatException>(() => Of(Imagen).Ask(body, Imagen)).Pointer.ShouldBe(pointer);

    [Theory]
    [InlineData(Imagen, """{"predictions":[{"mimeType":"image/png","bytesBase64Encoded":"AA+/"},{"raiFilteredReason":"x"},{"bytesBase64Encoded":"BB=="}]}""")]
    [InlineData(Titan, """{"images":["AA+/","BB=="],"error":null}""")]
    public void Answers_with_all_images_and_no_usage_where_images_are_what_is_billed(string model, string answer)
    {
        var (json, usage) = Of(model).Fold("""{"prompt":"a","n":2}""", model, answer);
        json.ShouldBe("""{"created":1750000000,"data":[{"b64_json":"AA+/"},{"b64_json":"BB=="}],"output_format":"png"}""");
        usage.ShouldBe(new TokenUsage { Images = 2 });
    }

    [Fact]
    public void Sums_the_usage_of_Geminis_calls()
    {
        const string Answer = """{"candidates":[{"content":{"parts":[{"text":"x"},{"thought":true,"inlineData":{"data":"draft"}},{"inlineData":{"mimeType":"image/png","data":"AA=="}}]}}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":10,"thoughtsTokenCount":2}}""";
        var (json, usage) = Of(Gemini).Fold("""{"prompt":"a","n":2}""", Gemini, Answer, Answer);
        json.ShouldBe("""{"created":1750000000,"data":[{"b64_json":"AA=="},{"b64_json":"AA=="}],"output_format":"png","usage":{"input_tokens":6,"input_tokens_details":{"image_tokens":0,"text_tokens":6},"output_tokens":24,"total_tokens":30}}""");
        usage.ShouldBe(new TokenUsage { Input = 6, Output = 24, Reasoning = 4, Images = 2 });
    }

    [Fact]
    public void Streams_each_image_whole_with_the_usage_once()
    {
        const string Body = """{"prompt":"a","n":2,"stream":true,"size":"1024x1024"}""";
        const string Answer = """{"candidates":[{"content":{"parts":[{"inlineData":{"data":"AA=="}}]}}],"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":10}}""";
        Of(Gemini).Ask(Body, Gemini).Exchange!.ContentType.ShouldBe("text/event-stream");
        Of(Gemini).Fold(Body, Gemini, Answer, Answer).Json.ShouldBe(
            """
            event: image_generation.completed
            data: {"type":"image_generation.completed","b64_json":"AA==","created_at":1750000000,"size":"1024x1024","quality":"auto","background":"opaque","output_format":"png"}

            event: image_generation.completed
            data: {"type":"image_generation.completed","b64_json":"AA==","created_at":1750000000,"size":"1024x1024","quality":"auto","background":"opaque","output_format":"png","usage":{"input_tokens":6,"input_tokens_details":{"image_tokens":0,"text_tokens":6},"output_tokens":20,"total_tokens":26}}


            """.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(Imagen, """{"predictions":[{"raiFilteredReason":"guidelines"}]}""", "guidelines")]
    [InlineData(Imagen, "{}", "filtered")]
    [InlineData(Gemini, """{"candidates":[{"finishReason":"IMAGE_SAFETY"}]}""", "IMAGE_SAFETY")]
    [InlineData(Gemini, """{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}""", "PROHIBITED_CONTENT")]
    [InlineData(Titan, """{"images":[],"error":"blocked"}""", "blocked")]
    [InlineData(Stability, """{"images":["AA=="],"finish_reasons":["Filter reason: prompt"]}""", "Filter reason: prompt")]
    public void Tells_that_the_provider_made_none_and_why(string model, string answer, string why) =>
        Should.Throw<ExchangeRefusedException>(() => Of(model).Fold("""{"prompt":"a"}""", model, answer)).Message.ShouldContain(why);

    [Theory]
    [InlineData(Titan, """{"images":[7]}""")]
    [InlineData(Imagen, "<html>")]
    public void Refuses_what_is_no_answer(string model, string answer) => Should.Throw<FormatException>(() => Of(model).Fold("""{"prompt":"a"}""", model, answer)).ShouldNotBeOfType<ExchangeRefusedException>();

    private static ImagesTranslator Of(string model) => model.Contains("imagen", StringComparison.Ordinal) || model.Contains("gemini", StringComparison.Ordinal) ? ImagesTranslator.Vertex : ImagesTranslator.Bedrock;
}
