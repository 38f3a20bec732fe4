using System.Buffers;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>Names of functions as Gemini takes them: up to 64 letters, digits, underscores, dots and dashes, a letter or underscore first.</summary>
internal static class Names
{
    private const string First = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    private static readonly SearchValues<char> s_first = SearchValues.Create(First);
    private static readonly SearchValues<char> s_allowed = SearchValues.Create(First + "0123456789.-");

    public static ToolNames For(ChatRequest request) => new(request, s_allowed, longest: 64, s_first);
}
