using System.Buffers;
using System.Text;
using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Scripts;

/// <summary>Gathers what a script is given, the keys first.</summary>
internal sealed class ScriptArguments
{
    private const int UsualSize = 512;

    private readonly ArrayBufferWriter<byte> _body = new(UsualSize);
    private int _texts;
    private int _group = -1;
    private byte[]? _firstKey;

    /// <summary>Begins with the number of keys.</summary>
    internal ScriptArguments(int keys) => Argument(keys);

    internal ScriptArguments Key(string key)
    {
        _firstKey ??= Encoding.UTF8.GetBytes(key);
        return Argument(key);
    }

    internal ScriptArguments Argument(string text)
    {
        var writer = new CommandWriter(stackalloc byte[UsualSize]);
        writer.Text(text);
        return Add(ref writer);
    }

    internal ScriptArguments Argument(long number)
    {
        var writer = new CommandWriter(stackalloc byte[64]);
        writer.Number(number);
        return Add(ref writer);
    }

    /// <summary>The whole, for the node that has the first key.</summary>
    internal ScriptCall ToCall(IRedis redis)
    {
        if (_firstKey is not null) _group = redis.GroupOf(_firstKey);
        return new ScriptCall(_texts, _body.WrittenMemory, _group);
    }

    private ScriptArguments Add(ref CommandWriter writer)
    {
        _body.Write(writer.Written);
        writer.Free();
        _texts++;
        return this;
    }
}
