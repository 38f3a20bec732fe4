using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Makes records of what stands below <c>clients</c>. A key is hashed here and goes no further.</summary>
internal sealed class ClientBinder(ICollection<ConfigProblem> problems)
{
    private const int ShortestKey = 16;

    private readonly AllowanceBinder _allowances = new(problems);

    private static readonly string[] Forms = ["key", "keySha256", "certificate"];

    public ImmutableArray<ClientConfig> Bind(YamlMap? clients)
    {
        var result = ImmutableArray.CreateBuilder<ClientConfig>();
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var entry in clients?.Entries ?? [])
        {
            if (entry.Value is not YamlMap map || Identity(entry, map) is not { } client) continue;

            if (map["models"] is YamlList { Items.Count: 0 } none) problems.Error(none.Place, $"clients.{entry.Key}.models is empty, so it could ask for nothing: name models, or remove the line");
            if (map["providers"] is YamlList { Items.Count: 0 } nobody) problems.Error(nobody.Place, $"clients.{entry.Key}.providers is empty, so nobody could serve it: name providers, or remove the line");
            var (noun, proof) = client.Certificate is { } subject ? ("certificate", "certificate " + subject) : ("key", Convert.ToHexString(client.KeySha256.AsSpan()));
            if (!seen.TryAdd(proof, entry.Key)) problems.Error(entry.Place, $"clients.{entry.Key} has the {noun} of clients.{seen[proof]}: give each a {noun} of its own");
            result.Add(client with
            {
                Models = map.Texts("models"),
                Team = map.Text("team"),
                Providers = map.Texts("providers"),
                Allowances = _allowances.Bind(map, "clients." + entry.Key),
                Expires = map.Text("expires") is { } expires ? TimeText.Parse(expires) : null,
                Place = entry.Place,
            });
        }

        return result.ToImmutable();
    }

    private ClientConfig? Identity(YamlEntry entry, YamlMap map)
    {
        if (Forms.Count(form => map[form] is not null) != 1)
        {
            problems.Error(entry.Place, $"clients.{entry.Key} needs key, keySha256 or certificate, one of them: write key: \"${{{Variable(entry.Key)}}}\"");
            return null;
        }

        if (map.Text("certificate") is { } subject) return new ClientConfig(entry.Key, []) { Certificate = subject };
        return Hash(entry, map) is { } hash ? new ClientConfig(entry.Key, [.. hash]) : null;
    }

    private byte[]? Hash(YamlEntry entry, YamlMap map)
    {
        if (map["keySha256"] is not null)
        {
            return map.Text("keySha256") is { Length: 64 } hex && hex.All(char.IsAsciiHexDigit) ? Convert.FromHexString(hex) : null;
        }

        if (map.Scalar("key") is not { Text.Length: > 0 } key) return null;

        if (key.Text.Length < ShortestKey)
        {
            problems.Error(key.Place, $"clients.{entry.Key}.key is shorter than {ShortestKey} characters and could be guessed: make one with openssl rand -hex 32");
        }

        return SHA256.HashData(Encoding.UTF8.GetBytes(key.Text));
    }

    private static string Variable(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_')) + "_KEY";
}
