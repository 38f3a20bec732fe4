using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.AnthropicMessages;

/// <summary>The members of a whole message, found in one pass.</summary>
internal ref struct MessageMembers
{
    private static readonly JsonNames Names = new("id", "type", "role", "model", "content", "stop_reason", "stop_sequence", "usage", "error");

    private Values _values;

    /// <param name="message">Whatever the provider sent; what is no object has no members.</param>
    public MessageMembers(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object) return;
        foreach (var member in message.EnumerateObject())
        {
            var name = JsonMarshal.GetRawUtf8PropertyName(member);
            var known = name.Contains((byte)'\\') ? Names.IndexOf(Wire.Name(member)) : Names.Find(name);
            if (known >= 0) _values[known] = member.Value;
            else HasOthers = true;
        }
    }

    /// <summary>True when there is a member that the form may have no place for.</summary>
    public bool HasOthers { get; }

    public readonly JsonElement Id => _values[0];

    public readonly JsonElement Type => _values[1];

    public readonly JsonElement Model => _values[3];

    public readonly JsonElement Content => _values[4];

    public readonly JsonElement StopReason => _values[5];

    public readonly JsonElement StopSequence => _values[6];

    public readonly JsonElement Usage => _values[7];

    public readonly JsonElement Error => _values[8];

    [InlineArray(9)]
    private struct Values
    {
        private JsonElement _first;
    }
}
