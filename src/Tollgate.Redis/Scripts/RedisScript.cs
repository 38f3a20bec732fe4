using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Redis.Connections;
using Tollgate.Redis.Resp;
using Tollgate.Reuse;

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

    /// <summary>Runs it. The arguments stay the caller's.</summary>
    [AsyncMethodBuilder(typeof(PooledMethodBuilder<>))]
    internal async ValueTask<RedisReply> RunAsync(IRedis redis, ScriptArguments arguments)
    {
        var reply = await redis.SendAsync(new RedisCommand(arguments.After(_byDigest), arguments.Group)).ConfigureAwait(false);
        return reply.Value.IsErrorOf("NOSCRIPT"u8)
            ? await redis.SendAsync(new RedisCommand(arguments.After(_inFull), arguments.Group)).ConfigureAwait(false)
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
