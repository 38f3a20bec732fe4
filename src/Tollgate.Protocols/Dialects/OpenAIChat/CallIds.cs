using System.Security.Cryptography;
using System.Text;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>Ids of calls as OpenAI takes them.</summary>
internal static class CallIds
{
    private const int Longest = 40;
    private const int HashCharacters = 32;

    /// <summary>OpenAI refuses ids longer than 40 characters; other providers make them. The call and its result get the same short one.</summary>
    public static string ToProvider(string id) => id.Length <= Longest
        ? id
        : "call_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..HashCharacters];
}
