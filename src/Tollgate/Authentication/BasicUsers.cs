using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Credentials;

namespace Tollgate.Authentication;

/// <summary>Users of basic authentication, as <c>htpasswd -s</c> writes them: <c>NAME:{SHA}</c> and the SHA-1 of the password in base64.</summary>
/// <remarks>SHA-1 without salt is what the files of the day hold (nginx, Apache, Envoy). Keys of the gateway are better: long, random, and hashed with SHA-256.</remarks>
internal sealed class BasicUsers(SecretSource source, TimeProvider time)
{
    private const string Scheme = "Basic ";
    private const int Longest = 1024;

    private readonly SecretReader _reader = new(source, time);
    private (string Text, FrozenDictionary<string, User> Users) _read = ("", FrozenDictionary<string, User>.Empty);

    /// <summary>The user whose name and password the request has, or null.</summary>
    internal Caller? Find(IHeaderDictionary headers)
    {
        var header = headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) || header.Length > Longest) return null;
        Span<byte> pair = stackalloc byte[Longest];
        if (!Convert.TryFromBase64Chars(header.AsSpan(Scheme.Length).Trim(), pair, out var length)) return null;
        pair = pair[..length];
        var colon = pair.IndexOf((byte)':');
        if (colon <= 0 || !Users().TryGetValue(Encoding.UTF8.GetString(pair[..colon]), out var user)) return null;
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // the form of the file says so; see the remarks
        SHA1.HashData(pair[(colon + 1)..], hash);
#pragma warning restore CA5350
        return CryptographicOperations.FixedTimeEquals(hash, user.PasswordSha1) ? user.Caller : null;
    }

    /// <summary>What is wrong with a line of the file, or null.</summary>
    internal static string? Complaint(string text)
    {
        var number = 0;
        foreach (var line in text.Split('\n', StringSplitOptions.TrimEntries))
        {
            number++;
            if (line.Length > 0 && line[0] != '#' && Parse(line) is null) return $"line {number} is not NAME:{{SHA}}HASH: make it with htpasswd -s";
        }

        return null;
    }

    private FrozenDictionary<string, User> Users()
    {
        string text;
        try
        {
            text = _reader.Read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return _read.Users;
        }

        if (ReferenceEquals(text, _read.Text)) return _read.Users;
        var users = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(Parse).OfType<User>().DistinctBy(u => u.Caller.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(u => u.Caller.Name, StringComparer.Ordinal);
        _read = (text, users);
        return users;
    }

    private static User? Parse(string line)
    {
        var colon = line.IndexOf(":{SHA}", StringComparison.Ordinal);
        if (colon <= 0) return null;
        var hash = new byte[SHA1.HashSizeInBytes];
        return Convert.TryFromBase64String(line[(colon + 6)..], hash, out var length) && length == hash.Length ? new User(new Caller(line[..colon]) { KnownBy = Caller.OfPassword }, hash) : null;
    }

    private sealed record User(Caller Caller, byte[] PasswordSha1);
}
