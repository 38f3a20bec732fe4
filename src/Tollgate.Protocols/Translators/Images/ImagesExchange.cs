using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Tollgate.Protocols.Translators.Images;

/// <summary>One or several calls; the images of all of them in OpenAI's answer, or as its events.</summary>
internal sealed class ImagesExchange(ImageGrammar grammar, ImagesRequest asked, IReadOnlyList<UpstreamCall> calls) : Exchange(calls)
{
    public override string ContentType => asked.Stream ? "text/event-stream" : "application/json";

    public override TokenUsage Fold(IBufferWriter<byte> output, IReadOnlyList<UpstreamAnswer> answers, ExchangeContext context)
    {
        var (images, usage) = (new List<string>(), default(TokenUsage));
        foreach (var answer in answers)
        {
            var (made, used) = Wire.Answer(answer, root => (grammar.Images(root).Select(Base64).ToList(), grammar.Usage(root)));
            images.AddRange(made);
            usage = new TokenUsage { Input = Sum(usage.Input, used.Input), Output = Sum(usage.Output, used.Output), Reasoning = Sum(usage.Reasoning, used.Reasoning) };
        }

        usage.Images = images.Count;
        if (asked.Stream) WriteEvents(output, images, usage, context);
        else WriteWhole(output, images, usage, context);
        return usage;
    }

    private static string Base64(JsonElement image) => image.Text() is { Length: > 0 } text ? text : throw new FormatException("An image is not a text in base64.");

    private static long? Sum(long? one, long? other) => one is null ? other : one + (other ?? 0);

    private void WriteWhole(IBufferWriter<byte> output, List<string> images, TokenUsage usage, ExchangeContext context)
    {
        using var json = Wire.Writer(output);
        json.WriteStartObject();
        json.WriteNumber("created"u8, context.Now);
        json.WriteStartArray("data"u8);
        foreach (var image in images)
        {
            json.WriteStartObject();
            json.WriteString("b64_json"u8, image);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("output_format"u8, asked.Format ?? grammar.Formats[0]);
        WriteUsage(json, usage);
        json.WriteEndObject();
    }

    private void WriteEvents(IBufferWriter<byte> output, List<string> images, TokenUsage usage, ExchangeContext context)
    {
        for (var i = 0; i < images.Count; i++)
        {
            output.Write("event: image_generation.completed\ndata: "u8);
            using (var json = Wire.Writer(output))
            {
                json.WriteStartObject();
                json.WriteString("type"u8, "image_generation.completed"u8);
                json.WriteString("b64_json"u8, images[i]);
                json.WriteNumber("created_at"u8, context.Now);
                json.WriteString("size"u8, asked.Size is { } size ? string.Create(CultureInfo.InvariantCulture, $"{size.Width}x{size.Height}") : "auto");
                json.WriteString("quality"u8, asked.Quality ?? "auto");
                json.WriteString("background"u8, "opaque"u8);
                json.WriteString("output_format"u8, asked.Format ?? grammar.Formats[0]);
                if (i == images.Count - 1) WriteUsage(json, usage); // once for all, so that nobody counts it twice
                json.WriteEndObject();
            }

            output.Write("\n\n"u8);
        }
    }

    private static void WriteUsage(Utf8JsonWriter json, TokenUsage usage)
    {
        if (usage.Input is null && usage.Output is null) return; // billed by the image: there are no tokens
        var (input, output) = (usage.Input ?? 0, usage.Output ?? 0);
        json.WriteStartObject("usage"u8);
        json.WriteNumber("input_tokens"u8, input);
        json.WriteStartObject("input_tokens_details"u8);
        json.WriteNumber("image_tokens"u8, 0);
        json.WriteNumber("text_tokens"u8, input);
        json.WriteEndObject();
        json.WriteNumber("output_tokens"u8, output);
        json.WriteNumber("total_tokens"u8, input + output);
        json.WriteEndObject();
    }
}
