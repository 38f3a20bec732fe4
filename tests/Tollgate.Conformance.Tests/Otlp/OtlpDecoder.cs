using System.Text.Json;
using Tollgate.Conformance.Tests.Node;

namespace Tollgate.Conformance.Tests.Otlp;

/// <summary>
/// Reads OTLP with the code that OpenTelemetry's JavaScript SDK generates from the official definitions. Why not with C# from the
/// <c>.proto</c> files: no package of .NET brings them, and copies of them would be ours to keep up to date.
/// </summary>
internal static class OtlpDecoder
{
    /// <summary>The messages as JSON; a byte that the definitions do not explain fails the test.</summary>
    public static async Task<IReadOnlyList<(string Path, OtlpMessage Message)>> DecodeAsync(IEnumerable<Delivery> deliveries, CancellationToken cancellationToken)
    {
        await NodePackages.InstallAsync(cancellationToken);
        var folder = Directory.CreateTempSubdirectory("tollgate-otlp-");
        try
        {
            var (source, target) = (Path.Combine(folder.FullName, "in"), Path.Combine(folder.FullName, "out"));
            await File.WriteAllLinesAsync(source, deliveries.Select(d => $$"""{"path":"{{d.Path}}","body":"{{Convert.ToBase64String(d.Body)}}"}"""), cancellationToken);
            var (code, output) = await NodeProgram.RunAsync("node", ["otlp/decode.mjs", source, target], NodePackages.Folder, [], cancellationToken);
            code.ShouldBe(0, output);
            using var document = JsonDocument.Parse(await File.ReadAllBytesAsync(target, cancellationToken));
            return [.. document.RootElement.EnumerateArray().Select(m => (m.GetProperty("path").GetString()!, new OtlpMessage(m.GetProperty("message").Clone())))];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
