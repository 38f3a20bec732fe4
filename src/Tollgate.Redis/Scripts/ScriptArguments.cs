using System.Buffers.Text;
using System.Text;
using Tollgate.Redis.Resp;
using Tollgate.Reuse;

namespace Tollgate.Redis.Scripts;

/// <summary>
/// What a script is given, written as it goes out, with room in front for the script's name. Taken from a pool, and given back once the reply is there.
/// </summary>
internal sealed class ScriptArguments
{
    private const int Front = 80; // *9999, EVALSHA and a digest
    private const int LongestNumber = 20;
    private const int Largest = 64 * 1024; // a larger one is not kept for the next

    private byte[] _bytes = new byte[1024];
    private int _length = Front;
    private int _texts;

    private ScriptArguments()
    {
    }

    /// <summary>Of the keys, see <see cref="IRedis.GroupOf"/>.</summary>
    internal int Group { get; private set; } = -1;

    /// <summary>Begins with the number of keys, which come next.</summary>
    /// <param name="keys">How many.</param>
    /// <param name="group">Of the keys.</param>
    internal static ScriptArguments Take(int keys, int group)
    {
        var arguments = StatePool<ScriptArguments>.TryTake() ?? new ScriptArguments();
        (arguments._length, arguments._texts, arguments.Group) = (Front, 0, group);
        return arguments.Argument(keys);
    }

    /// <summary>It is not used any more.</summary>
    internal void Return()
    {
        if (_bytes.Length <= Largest) StatePool<ScriptArguments>.Return(this);
    }

    internal ScriptArguments Argument(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        Encoding.UTF8.GetBytes(text, Text(size));
        return this;
    }

    internal ScriptArguments Argument(scoped ReadOnlySpan<byte> text)
    {
        text.CopyTo(Text(text.Length));
        return this;
    }

    internal ScriptArguments Argument(long number)
    {
        Span<byte> digits = stackalloc byte[LongestNumber];
        Utf8Formatter.TryFormat(number, digits, out var written);
        return Argument(digits[..written]);
    }

    /// <summary>Texts that are in the wire's form already.</summary>
    internal ScriptArguments Raw(scoped ReadOnlySpan<byte> bytes, int texts)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
        _texts += texts;
        return this;
    }

    /// <summary>The whole command. It is good until the next one is made of these, or they are given back.</summary>
    /// <param name="verb">The command and the script, in the wire's form.</param>
    internal ReadOnlyMemory<byte> After(ReadOnlySpan<byte> verb)
    {
        var head = new CommandWriter(stackalloc byte[LongestNumber + 3]);
        head.Begin(_texts + 2);
        var front = head.Written.Length + verb.Length;
        if (front > Front) return InFull(head.Written, verb);
        var start = Front - front;
        head.Written.CopyTo(_bytes.AsSpan(start));
        verb.CopyTo(_bytes.AsSpan(Front - verb.Length));
        return _bytes.AsMemory(start, _length - start);
    }

    private byte[] InFull(ReadOnlySpan<byte> head, ReadOnlySpan<byte> verb) => [.. head, .. verb, .. _bytes.AsSpan(Front, _length - Front)];

    /// <summary>Room for one text of so many bytes, which have to be written there.</summary>
    private Span<byte> Text(int size)
    {
        var room = Room(size + LongestNumber + 5);
        room[0] = (byte)'$';
        Utf8Formatter.TryFormat(size, room[1..], out var digits);
        var start = digits + 3;
        "\r\n"u8.CopyTo(room[(digits + 1)..]);
        "\r\n"u8.CopyTo(room[(start + size)..]);
        _length += start + size + 2;
        _texts++;
        return room.Slice(start, size);
    }

    private Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + size));
        return _bytes.AsSpan(_length);
    }
}
