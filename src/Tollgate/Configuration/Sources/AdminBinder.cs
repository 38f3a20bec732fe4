using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of who may use the admin API. Tokens are hashed here, except the operator's, which may lie in a file.</summary>
internal sealed class AdminBinder(SecretBinder secrets, ICollection<ConfigProblem> problems)
{
    private const int ShortestToken = 16;

    public SecretSource? Token(YamlMap root)
    {
        if (root.Scalar("adminToken") is { } inline) CheckLength(inline, "adminToken");
        return secrets.Bind(root, "adminToken", "adminToken");
    }

    public ImmutableArray<AdminConfig> Admins(YamlMap? admins)
    {
        var result = ImmutableArray.CreateBuilder<AdminConfig>();
        foreach (var entry in admins?.Entries ?? [])
        {
            if (entry.Value is YamlMap map && Bind(entry, map) is { } admin) result.Add(admin);
        }

        return result.ToImmutable();
    }

    private AdminConfig? Bind(YamlEntry entry, YamlMap map)
    {
        if ((map["team"] is null) == (map["organization"] is null))
        {
            problems.Error(entry.Place, $"admins.{entry.Key} needs team or organization, one of them: who manages everything uses adminToken");
        }

        if ((map["token"] is null) == (map["tokenSha256"] is null))
        {
            problems.Error(entry.Place, $"admins.{entry.Key} needs token or tokenSha256, one of them: write token: \"${{ADMIN_TOKEN}}\"");
            return null;
        }

        return Hash(entry, map) is { } hash ? new AdminConfig(entry.Key, [.. hash]) { Team = map.Text("team"), Organization = map.Text("organization"), Place = entry.Place } : null;
    }

    private byte[]? Hash(YamlEntry entry, YamlMap map)
    {
        if (map["tokenSha256"] is not null) return map.Text("tokenSha256") is { Length: 64 } hex && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
        if (map.Scalar("token") is not { Text.Length: > 0 } token) return null;
        CheckLength(token, $"admins.{entry.Key}.token");
        return SHA256.HashData(Encoding.UTF8.GetBytes(token.Text));
    }

    private void CheckLength(YamlScalar token, string path)
    {
        if (token.Text.Length is > 0 and < ShortestToken) problems.Error(token.Place, $"{path} is shorter than {ShortestToken} characters and could be guessed: make one with openssl rand -hex 32");
    }
}
