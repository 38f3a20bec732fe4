using System.Text.Json;

namespace Tollgate.Routing.LoadBalancing;

/// <summary>Finds the part of a conversation that later turns repeat: all up to the end of the first message of the user.</summary>
internal static class ConversationHead
{
    /// <summary>Bytes that are looked at, at most.</summary>
    internal const int Longest = 16 * 1024;

    /// <param name="turns">OpenAI's or Anthropic's <c>messages</c>, or a response's <c>input</c>, as raw JSON that was checked already.</param>
    internal static ReadOnlySpan<byte> Of(ReadOnlySpan<byte> turns)
    {
        var end = turns[0] == '[' ? EndOfFirstUser(turns) : turns.Length;
        return turns[..Math.Min(end, Longest)];
    }

    private static int EndOfFirstUser(ReadOnlySpan<byte> turns)
    {
        var reader = new Utf8JsonReader(turns, new JsonReaderOptions { MaxDepth = Protocols.Json.JsonHead.MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var isUser = reader.TokenType == JsonTokenType.StartObject && IsUser(ref reader);
            if (isUser || reader.BytesConsumed >= Longest) return (int)reader.BytesConsumed;
        }

        return (int)reader.BytesConsumed;
    }

    /// <summary>Reads the whole message.</summary>
    private static bool IsUser(ref Utf8JsonReader reader)
    {
        var isUser = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = reader.ValueTextEquals("role"u8);
            reader.Read();
            if (isRole && reader.TokenType == JsonTokenType.String) isUser = reader.ValueTextEquals("user"u8);
            else reader.Skip();
        }

        return isUser;
    }
}
