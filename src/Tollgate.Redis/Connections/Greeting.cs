using System.Globalization;

namespace Tollgate.Redis.Connections;

/// <summary>What is said first: the protocol, who we are, which database.</summary>
internal static class Greeting
{
    private const string Name = "tollgate";

    /// <exception cref="RedisConnectException">The server does not want us.</exception>
    internal static async Task SayAsync(RedisConnection connection, RedisOptions options, CancellationToken cancellation)
    {
        var password = options.Password is { } source ? await ReadAsync(source, cancellation).ConfigureAwait(false) : null;
        await HelloAsync(connection, options.User ?? "default", password).ConfigureAwait(false);
        if (options.Database == 0) return;
        var number = options.Database.ToString(CultureInfo.InvariantCulture);
        Check(await connection.SendAsync(Commands.Of("SELECT", number)).ConfigureAwait(false), $"database {number}");
    }

    private static async Task HelloAsync(RedisConnection connection, string user, string? password)
    {
        var hello = password is null ? Commands.Of("HELLO", "3", "SETNAME", Name) : Commands.Of("HELLO", "3", "AUTH", user, password, "SETNAME", Name);
        var reply = await connection.SendAsync(hello).ConfigureAwait(false);
        // Servers before 6.0, and some proxies, know the older protocol only, in which everything that we say is the same.
        if (!reply.Value.IsErrorOf("NOPROTO"u8) && !reply.Value.ToString().StartsWith("ERR unknown command", StringComparison.OrdinalIgnoreCase)) Check(reply, "the greeting");
        else if (password is not null) Check(await connection.SendAsync(user == "default" ? Commands.Of("AUTH", password) : Commands.Of("AUTH", user, password)).ConfigureAwait(false), "user and password");
    }

    private static async Task<string> ReadAsync(Configuration.SecretSource source, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RedisConnectException($"the file with the password cannot be read: {e.Message}", e);
        }
    }

    private static void Check(RedisReply reply, string what)
    {
        if (reply.IsGood) return;
        if (reply.Delivery != Delivery.Answered) throw new RedisConnectException(reply.Reason);
        var mend = reply.Value.IsErrorOf("NOAUTH"u8) || reply.Value.IsErrorOf("WRONGPASS"u8) ? ": mend user and password of stores.counters" : "";
        throw new RedisConnectException($"{what} was refused ({reply.Value}){mend}");
    }
}
