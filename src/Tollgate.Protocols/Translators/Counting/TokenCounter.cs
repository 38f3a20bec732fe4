using System.Buffers;
using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>How one API is asked to count.</summary>
internal abstract class TokenCounter
{
    /// <summary>What is asked, for people.</summary>
    internal abstract string Name { get; }

    /// <summary>The dialect that the prompt is written in.</summary>
    internal abstract UpstreamDialect Dialect { get; }

    /// <summary>Null with a refusal in the log.</summary>
    internal abstract UpstreamCall? Ask(CountQuestion question, string model, FidelityLog log);

    /// <summary>The count of an answer; null when it has none.</summary>
    internal abstract long? Read(JsonElement answer);

    /// <summary>The prompt in the dialect, of its members only those that the API for counting takes.</summary>
    protected ReadOnlyMemory<byte>? Prompt(ChatRequest chat, string model, FidelityLog log, params string[] members)
    {
        var whole = new ArrayBufferWriter<byte>(1024);
        Dialect.WriteRequest(whole, chat, model, log);
        return log.Refusal is null ? Only(whole.WrittenMemory, _ => { }, members) : null;
    }

    /// <summary>An object with some members of another, byte for byte, behind those that are written first.</summary>
    protected static ReadOnlyMemory<byte> Only(ReadOnlyMemory<byte> body, Action<Utf8JsonWriter> first, params string[] members)
    {
        using var document = JsonDocument.Parse(body, DeepJson.Document);
        var root = document.RootElement;
        return Wire.Object(json =>
        {
            first(json);
            foreach (var member in root.EnumerateObject())
            {
                if (!members.Contains(member.Name)) continue;
                json.WritePropertyName(member.Name);
                json.WriteRawValue(member.Value.GetRawText(), skipInputValidation: true);
            }
        });
    }
}
