using System.Security.Cryptography;
using System.Text;
using Tollgate.Redis.Connections;
using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Scripts;

/// <summary>A Lua script that a server keeps: called by its digest, and sent in full only to a server that does not know it.</summary>
internal sealed class RedisScript
{
    private readonly byte[] _byDigest;
    private readonly byte[] _inFull;

    internal RedisScript(string text)
    {
#pragma warning disable CA5350 // SHA-1 is how Redis names scripts; nothing rests on its strength
        var digest = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
        _byDigest = Verb("EVALSHA", digest);
        _inFull = Verb("EVAL", text);
    }

    /// <summary>Scripts of this assembly, one after the other, after what is to come before them.</summary>
    internal static RedisScript OfResources(string prelude, params ReadOnlySpan<string> names)
    {
        var text = new StringBuilder(prelude);
        foreach (var name in names)
        {
            using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream("Tollgate.Redis." + name)!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            text.Append(reader.ReadToEnd());
        }

        return new RedisScript(text.ToString());
    }

    /// <summary>Runs it.</summary>
    internal async ValueTask<RedisReply> RunAsync(IRedis redis, ScriptCall call)
    {
        var reply = await redis.SendAsync(new RedisCommand(call.After(_byDigest), call.Group)).ConfigureAwait(false);
        return reply.Value.IsErrorOf("NOSCRIPT"u8)
            ? await redis.SendAsync(new RedisCommand(call.After(_inFull), call.Group)).ConfigureAwait(false)
            : reply;
    }

    private static byte[] Verb(string verb, string script)
    {
        var writer = new CommandWriter([]);
        writer.Text(verb);
        writer.Text(script);
        return writer.ToArrayAndFree();
    }
}

/// <summary>What a script is given.</summary>
/// <param name="Texts">How many keys and arguments there are, and the number of keys counts as one.</param>
/// <param name="Body">The number of keys, the keys and the arguments in the wire's form.</param>
/// <param name="Group">Of the keys.</param>
internal readonly record struct ScriptCall(int Texts, ReadOnlyMemory<byte> Body, int Group)
{
    private const int UsualSize = 512;

    /// <summary>The whole command.</summary>
    internal byte[] After(ReadOnlySpan<byte> verb)
    {
        var writer = new CommandWriter(stackalloc byte[UsualSize]);
        writer.Begin(Texts + 2);
        writer.Raw(verb);
        writer.Raw(Body.Span);
        return writer.ToArrayAndFree();
    }
}
