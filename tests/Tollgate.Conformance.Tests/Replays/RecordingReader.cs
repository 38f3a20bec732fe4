using System.Globalization;
using System.Text;
using YamlDotNet.RepresentationModel;

namespace Tollgate.Conformance.Tests.Replays;

/// <summary>Reads go-vcr's cassettes, version 2, of one interaction each.</summary>
internal static class RecordingReader
{
    // The recorder left files out; a form of the same shape takes their place.
    private const string OmittedForm = "[multipart form data omitted]";

    public static Recording Read(string path)
    {
        var yaml = new YamlStream();
        using (var text = File.OpenText(path)) yaml.Load(text);
        var root = yaml.Documents[0].RootNode;
        Text(root, "version").ShouldBe("2");
        var interaction = ((YamlSequenceNode)root["interactions"]).Children.ShouldHaveSingleItem();
        var (request, response) = (interaction["request"], interaction["response"]);
        Text(request, "method").ShouldBe("POST");
        var headers = Headers(request);
        return new Recording
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Url = new Uri(Text(request, "url")),
            RequestHeaders = headers,
            RequestBody = Body(Text(request, "body"), headers),
            Status = int.Parse(Text(response, "code"), CultureInfo.InvariantCulture),
            ResponseHeaders = Headers(response),
            ResponseBody = Encoding.UTF8.GetBytes(Text(response, "body")),
        };
    }

    private static byte[] Body(string text, List<(string Name, string Value)> headers)
    {
        if (text != OmittedForm) return Encoding.UTF8.GetBytes(text);
        var type = headers.Single(h => h.Name.Equals("content-type", StringComparison.OrdinalIgnoreCase)).Value;
        var boundary = type[(type.IndexOf("boundary=", StringComparison.Ordinal) + "boundary=".Length)..];
        return
        [
            .. Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n"),
            .. Encoding.ASCII.GetBytes($"--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"gate.wav\"\r\nContent-Type: audio/wav\r\n\r\n"),
            .. "RIFF"u8, 0, 1, 2, 0xFD, 0xFE, 0xFF, .. "\r\n--not the boundary\r\n"u8,
            .. Encoding.ASCII.GetBytes($"\r\n--{boundary}--\r\n"),
        ];
    }

    private static List<(string Name, string Value)> Headers(YamlNode message) =>
    [
        .. from pair in (YamlMappingNode)message["headers"]
           from value in (YamlSequenceNode)pair.Value
           select (((YamlScalarNode)pair.Key).Value!, ((YamlScalarNode)value).Value!),
    ];

    private static string Text(YamlNode node, string key) => ((YamlScalarNode)node[key]).Value!;
}
