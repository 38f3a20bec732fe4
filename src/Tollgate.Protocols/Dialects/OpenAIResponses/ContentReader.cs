using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.OpenAIChat;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>Reads the content of messages and of tools' results: a text, or parts.</summary>
internal static class ContentReader
{
    private const string Pdf = "application/pdf";

    public static List<Part> Read(JsonElement content, string pointer)
    {
        if (content.ValueKind == JsonValueKind.String) return [new TextPart(Fields.Text(content, pointer)) { Pointer = pointer }];
        if (content.ValueKind != JsonValueKind.Array) throw Fields.Wrong(pointer, "a string or an array of content parts");
        var parts = new List<Part>(content.GetArrayLength());
        foreach (var part in content.EnumerateArray())
        {
            var place = $"{pointer}/{parts.Count}";
            if (part.ValueKind != JsonValueKind.Object) throw Fields.Wrong(place, "an object");
            parts.Add(ReadPart(part, place) with { Cache = Fields.Cache(part, place), Pointer = place });
        }

        return parts;
    }

    private static Part ReadPart(JsonElement part, string pointer) => Fields.RequiredText(part, "type", pointer) switch
    {
        "input_text" or "text" => new TextPart(Fields.RequiredText(part, "text", pointer)),
        "output_text" => Said(part, pointer),
        "refusal" => new RefusalPart(Fields.RequiredText(part, "refusal", pointer)),
        "input_image" => Image(part, pointer),
        "input_file" => File(part, pointer),
        "input_audio" => MediaReader.ReadAudio(part, pointer),
        _ => throw Fields.Wrong(pointer + "/type", "'input_text', 'input_image', 'input_file', 'input_audio', 'output_text' or 'refusal'"),
    };

    private static TextPart Said(JsonElement part, string pointer)
    {
        var text = new TextPart(Fields.RequiredText(part, "text", pointer));
        return Fields.Array(part, "annotations", pointer) is { } annotations && annotations.GetArrayLength() > 0
            ? text with { Annotations = WireText.Raw(annotations), AnnotationsDialect = OpenAIResponsesClient.DialectName }
            : text;
    }

    private static Part Image(JsonElement part, string pointer)
    {
        var detail = Fields.OptionalText(part, "detail", pointer);
        if (Fields.Optional(part, "image_url") is not null)
        {
            // A PDF in the place of an image is a document, as in chat completions.
            var read = MediaReader.ReadUrl(MediaKind.Image, part, "image_url", pointer);
            return read is MediaPart image ? image with { Detail = image.Detail ?? detail } : read;
        }

        return Fields.OptionalText(part, "file_id", pointer) is { Length: > 0 } id
            ? new MediaPart(MediaKind.Image, new FileSource(id)) { Detail = detail }
            : throw Fields.Wrong(pointer, "an image with 'image_url' or 'file_id'");
    }

    private static DocumentPart File(JsonElement part, string pointer)
    {
        var name = Fields.OptionalText(part, "filename", pointer);
        if (Fields.OptionalText(part, "file_data", pointer) is { } data) return new DocumentPart(MediaReader.ReadFileData(data, pointer + "/file_data"), name);
        if (Fields.OptionalText(part, "file_url", pointer) is { Length: > 0 } url)
        {
            return new DocumentPart(new UrlSource(url, IsPdf(url) ? Pdf : null), name);
        }

        return Fields.OptionalText(part, "file_id", pointer) is { Length: > 0 } id
            ? new DocumentPart(new FileSource(id), name)
            : throw Fields.Wrong(pointer, "a file with 'file_data', 'file_url' or 'file_id'");
    }

    private static bool IsPdf(string url) => url.Split('?', '#')[0].EndsWith(".pdf", StringComparison.OrdinalIgnoreCase);
}
