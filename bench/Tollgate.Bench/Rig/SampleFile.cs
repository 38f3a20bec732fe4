using System.Text.Json;

namespace Tollgate.Bench.Rig;

/// <summary>The samples of a run and where they came from, as JSON. Several runs read together keep their rounds apart.</summary>
internal sealed record SampleFile(IReadOnlyDictionary<string, string> Environment, IReadOnlyList<Sample> Samples)
{
    // No run has as many rounds.
    private const int RoundsOfAFile = 1000;

    internal void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteStartObject("environment"u8);
        foreach (var (name, value) in Environment) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStartArray("samples"u8);
        foreach (var sample in Samples)
        {
            json.WriteStartObject();
            json.WriteString("scene"u8, sample.Scene);
            json.WriteString("subject"u8, sample.Subject);
            json.WriteNumber("round"u8, sample.Round);
            json.WriteString("figure"u8, sample.Figure);
            json.WriteNumber("value"u8, Math.Round(sample.Value, 4));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>One file or several, whose environments should be the same: the last one's is kept.</summary>
    internal static SampleFile Read(IReadOnlyList<string> paths)
    {
        var samples = new List<Sample>();
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < paths.Count; i++)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(paths[i]));
            foreach (var member in document.RootElement.GetProperty("environment"u8).EnumerateObject()) environment[member.Name] = member.Value.GetString()!;
            samples.AddRange(document.RootElement.GetProperty("samples"u8).EnumerateArray().Select(s => Read(s, i * RoundsOfAFile)));
        }

        return new SampleFile(environment, samples);
    }

    private static Sample Read(JsonElement json, int rounds) => new(
        json.GetProperty("scene"u8).GetString()!,
        json.GetProperty("subject"u8).GetString()!,
        rounds + json.GetProperty("round"u8).GetInt32(),
        json.GetProperty("figure"u8).GetString()!,
        json.GetProperty("value"u8).GetDouble());
}
