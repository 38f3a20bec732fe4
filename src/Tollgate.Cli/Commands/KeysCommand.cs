using System.CommandLine;
using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Cli.Commands;

/// <summary>
/// <c>tollgate keys new [NAME]</c>: a key for a caller, and the line of the configuration that knows it by its hash. The other commands below
/// <c>keys</c> ask a running gateway.
/// </summary>
internal static class KeysCommand
{
    private const int Bytes = 32;

    internal static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The caller's name.", DefaultValueFactory = _ => "caller" };
        var fresh = new Command("new", "Make a key and print it once, with the line to write below clients:.") { name };
        fresh.SetAction(result => Print(Console.Out, result.GetValue(name)!));
        var keys = new Command("keys", "Keys for callers: in the file (new), or on a running gateway (the others).") { fresh };
        foreach (var live in LiveKeys.Create()) keys.Add(live);
        return keys;
    }

    private static void Print(TextWriter output, string name)
    {
        var key = "tg-" + RandomNumberGenerator.GetHexString(Bytes * 2, lowercase: true);
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
        output.WriteLine($"# The key, for the caller. It is not shown again: {key}");
        output.WriteLine("clients:");
        output.WriteLine($"  {name}: {{ keySha256: {hash} }}");
    }
}
