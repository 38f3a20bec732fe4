using System.CommandLine;
using System.Text.Json;
using Tollgate.Configuration;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate schema</c>: the JSON Schema of the configuration file, for editors.</summary>
internal static class SchemaCommand
{
    internal static Command Create()
    {
        var command = new Command("schema", "Print the JSON Schema of the configuration file.");
        command.SetAction(_ =>
        {
            using var output = Console.OpenStandardOutput();
            using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
            ConfigSchema.Write(writer);
        });
        return command;
    }
}
