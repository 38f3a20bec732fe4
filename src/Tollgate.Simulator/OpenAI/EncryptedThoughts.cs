using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Simulator.OpenAI;

/// <summary>Thoughts as only their maker can read them: it can tell whether they came back as they were.</summary>
internal static class EncryptedThoughts
{
    private const string Beginning = "gAAAAA";
    private const int HashLength = 43;

    public static string Of(string thoughts)
    {
        var data = Letters(Encoding.UTF8.GetBytes(thoughts));
        return Beginning + Seal(data) + data;
    }

    public static bool AreIntact(string encrypted) =>
        encrypted.Length >= Beginning.Length + HashLength && encrypted.StartsWith(Beginning, StringComparison.Ordinal)
        && encrypted[Beginning.Length..(Beginning.Length + HashLength)] == Seal(encrypted[(Beginning.Length + HashLength)..]);

    private static string Seal(string data) => Letters(SHA256.HashData(Encoding.UTF8.GetBytes(data)));

    private static string Letters(ReadOnlySpan<byte> bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
