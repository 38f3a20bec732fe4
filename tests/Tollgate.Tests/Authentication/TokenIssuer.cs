using System.Globalization;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Authentication;

/// <summary>An issuer of tokens with a key set on a real socket, which can be taken away, changed and made slow.</summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    public const string Name = "https://id.example.com/realm";
    public const string Audience = "tollgate";

    private readonly Dictionary<string, RSA> _keys = [];
    private readonly ScriptedProvider _server;

    public TokenIssuer()
    {
        _server = new ScriptedProvider(call => IsDown ? call.AnswerAsync(503, "{}") : TellAsync(call, KeySet()));
        AddKey("k1");
    }

    public string Url => _server.Url + "/keys";

    public int Reads => _server.Calls.Count;

    public bool IsDown { get; set; }

    /// <summary>What an answer that holds the keys of now waits for; null: nothing.</summary>
    public Func<Task>? Sending { get; set; }

    public void AddKey(string id) => _keys[id] = RSA.Create(2048);

    /// <summary>From now on the set does not have it.</summary>
    public void RemoveKey(string id) => _keys.Remove(id);

    public RSA Key(string id) => _keys[id];

    public string KeySet() => $$"""{"keys":[{{string.Join(',', _keys.Select(k => Jwk(k.Key, k.Value)))}}]}""";

    /// <summary>A token with these claims; expires an hour after <paramref name="now"/>.</summary>
    public string Token(DateTimeOffset now, string payload = "\"sub\":\"alice\"", string key = "k1", string algorithm = "RS256", string issuer = Name, string audience = Audience, TimeSpan? lifetime = null)
    {
        var expires = (now + (lifetime ?? TimeSpan.FromHours(1))).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        return Signed($$"""{"iss":"{{issuer}}","aud":"{{audience}}","exp":{{expires}},{{payload}}}""", key, algorithm, _keys[key]);
    }

    public static string Signed(string payload, string keyId, string algorithm, RSA key) =>
        new JsonWebTokenHandler().CreateToken(payload, new SigningCredentials(new RsaSecurityKey(key) { KeyId = keyId }, algorithm));

    public string Config(string more = "") => $$"""
        authentication:
          jwt:
            - { issuer: "{{Name}}", jwks: "{{Url}}", audiences: [{{Audience}}]{{(more.Length > 0 ? ", " + more : "")}} }
        """;

    /// <summary>The same with the key set written in place.</summary>
    public string InlineConfig() => $$"""
        authentication:
          jwt:
            - { issuer: "{{Name}}", jwks: { json: '{{KeySet()}}' }, audiences: [{{Audience}}] }
        """;

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        foreach (var key in _keys.Values) key.Dispose();
    }

    private async Task TellAsync(ProviderCall call, string keys)
    {
        if (Sending is { } sending) await sending();
        await call.AnswerAsync(200, keys);
    }

    private static string Jwk(string id, RSA key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return $$"""{"kty":"RSA","use":"sig","kid":"{{id}}","n":"{{Base64UrlEncoder.Encode(parameters.Modulus)}}","e":"{{Base64UrlEncoder.Encode(parameters.Exponent)}}"}""";
    }
}
