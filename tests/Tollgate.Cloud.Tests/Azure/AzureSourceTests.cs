using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Tollgate.Catalog;
using Tollgate.Cloud.Azure;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Upstreams;

namespace Tollgate.Cloud.Tests.Azure;

/// <summary>Every way to a token of Entra ID, against a stand-in of its token endpoint.</summary>
[Collection(nameof(EnvironmentTests))]
public sealed class AzureSourceTests
{
    private const string Tenant = "11111111-2222-3333-4444-555555555555";
    private const string Client = "99999999-8888-7777-6666-555555555555";
    private const string Scope = "https://cognitiveservices.azure.com/.default";

    private int _tokens;

    [Fact]
    public async Task A_client_secret_becomes_a_token_and_each_time_a_new_one()
    {
        using var environment = new EnvironmentScope();
        await using var entra = await CloudStandIn.StartAsync(Answer);
        var source = Source($"tenantId: {Tenant}, clientId: {Client}, clientSecret: shh", entra);

        var identity = await source.FetchAsync(default);
        Header(identity).ShouldBe("Bearer entra-1");
        (identity.Expires!.Value - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
        Header(await source.FetchAsync(default)).ShouldBe("Bearer entra-2");

        var call = entra.Calls.Last(c => c.Method == "POST");
        (call.Host, call.Path).ShouldBe(("login.microsoftonline.com", $"/{Tenant}/oauth2/v2.0/token"));
        (call.Form["grant_type"], call.Form["client_id"], call.Form["client_secret"], call.Form["scope"]).ShouldBe(("client_credentials", Client, "shh", Scope));
    }

    [Fact]
    public async Task A_secret_in_a_file_is_read_again_each_time()
    {
        using var environment = new EnvironmentScope();
        await using var entra = await CloudStandIn.StartAsync(Answer);
        var file = environment.Write("secret", "one\n");
        var source = Source($"tenantId: {Tenant}, clientId: {Client}, clientSecret: {{ file: '{file}' }}", entra);
        await source.FetchAsync(default);
        environment.Write("secret", "two\n");
        await source.FetchAsync(default);
        entra.Calls.Where(c => c.Method == "POST").Select(c => c.Form["client_secret"]).ShouldBe(["one", "two"]);
    }

    [Theory]
    [InlineData("app.pem", null)]
    [InlineData("app.pfx", "pass-word")]
    public async Task A_certificate_signs_the_assertion(string name, string? password)
    {
        using var environment = new EnvironmentScope();
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=gateway", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var file = environment.Write(name, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem());
        if (password is not null) await File.WriteAllBytesAsync(file, certificate.Export(X509ContentType.Pkcs12, password));
        await using var entra = await CloudStandIn.StartAsync(Answer);

        var members = password is null ? "" : $", certificatePassword: {password}";
        await Source($"tenantId: {Tenant}, clientId: {Client}, certificateFile: '{file}'{members}", entra).FetchAsync(default);

        var call = entra.Calls.Last(c => c.Method == "POST");
        call.Form["client_assertion_type"].ShouldBe("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
        var assertion = Jwt.Parse(call.Form["client_assertion"]);
        assertion.ShouldBeSignedBy(key, assertion.Header.GetProperty("alg").GetString() == "PS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        (assertion.Claim("iss"), assertion.Claim("sub"), assertion.Claim("aud")).ShouldBe((Client, Client, $"https://login.microsoftonline.com/{Tenant}/oauth2/v2.0/token"));
    }

    [Fact]
    public async Task A_mounted_token_is_the_assertion_and_is_read_again_each_time()
    {
        using var environment = new EnvironmentScope();
        await using var entra = await CloudStandIn.StartAsync(Answer);
        var file = environment.Write("token", "federated-1\n");
        var source = Source($"tenantId: {Tenant}, clientId: {Client}, tokenFile: '{file}'", entra);
        await source.FetchAsync(default);
        environment.Write("token", "federated-2\n");
        await source.FetchAsync(default);

        entra.Calls.Where(c => c.Method == "POST").Select(c => c.Form["client_assertion"]).ShouldBe(["federated-1", "federated-2"]);
    }

    [Fact]
    public async Task A_token_of_an_oidc_provider_is_the_assertion()
    {
        using var environment = new EnvironmentScope();
        await using var entra = await CloudStandIn.StartAsync(c => c.Host == "id.example.com" ? (200, "application/json", """{"access_token":"oidc-jwt","expires_in":60}""") : Answer(c));
        await Source($"tenantId: {Tenant}, clientId: {Client}, oidc: {{ tokenUrl: 'https://id.example.com/token', clientId: gw, clientSecret: shh }}", entra).FetchAsync(default);
        entra.Calls.Last().Form["client_assertion"].ShouldBe("oidc-jwt");
    }

    [Fact]
    public async Task A_sovereign_cloud_is_asked_with_its_own_scope()
    {
        using var environment = new EnvironmentScope();
        await using var entra = await CloudStandIn.StartAsync(Answer);
        await Source($"tenantId: {Tenant}, clientId: {Client}, clientSecret: shh, authority: 'https://login.microsoftonline.us', scope: 'https://cognitiveservices.azure.us/.default'", entra).FetchAsync(default);
        entra.Calls.ShouldAllBe(c => c.Host == "login.microsoftonline.us");
        entra.Calls.Last().Form["scope"].ShouldBe("https://cognitiveservices.azure.us/.default");
    }

    [Theory]
    [InlineData("managedIdentity: true", null)]
    [InlineData($"managedIdentity: true, clientId: {Client}", Client)]
    public async Task A_managed_identity_comes_from_the_machine(string members, string? client)
    {
        using var environment = new EnvironmentScope();
        await using var imds = await CloudStandIn.StartAsync(Answer);
        Header(await Source(members, imds).FetchAsync(default)).ShouldStartWith("Bearer machine-");

        var call = imds.Calls.Last();
        (call.Host, call.Path, call.Headers["metadata"]).ShouldBe(("169.254.169.254", "/metadata/identity/oauth2/token", "true"));
        var query = Microsoft.AspNetCore.WebUtilities.QueryHelpers.ParseQuery(call.Target.Split('?')[1]);
        query["resource"].ToString().ShouldBe("https://cognitiveservices.azure.com");
        query.GetValueOrDefault("client_id").ToString().ShouldBe(client ?? "");
    }

    [Fact]
    public async Task Nothing_written_is_the_default_chain_with_the_environment_first()
    {
        using var environment = new EnvironmentScope(("AZURE_TENANT_ID", Tenant), ("AZURE_CLIENT_ID", Client), ("AZURE_CLIENT_SECRET", "from-env"));
        await using var entra = await CloudStandIn.StartAsync(Answer);
        await Source("", entra).FetchAsync(default);
        entra.Calls.Last(c => c.Method == "POST").Form["client_secret"].ShouldBe("from-env");
    }

    [Fact]
    public async Task A_refusal_is_told_without_the_secret()
    {
        using var environment = new EnvironmentScope();
        await using var entra = await CloudStandIn.StartAsync(c => c.Method == "POST"
            ? (401, "application/json", """{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1","error_codes":[7000215]}""")
            : Answer(c));
        var e = await Should.ThrowAsync<IdentityException>(() => Source($"tenantId: {Tenant}, clientId: {Client}, clientSecret: geheim", entra).FetchAsync(default).AsTask());
        e.Message.ShouldContain("AADSTS7000215: Invalid client secret provided.");
        e.Message.ShouldNotContain("\n");
        e.ToString().ShouldNotContain("geheim");
    }

    private (int, string, string) Answer(IdentityCall call)
    {
        const string Json = "application/json";
        if (call.Path.EndsWith("/oauth2/v2.0/token", StringComparison.Ordinal)) return (200, Json, $$"""{"token_type":"Bearer","expires_in":3600,"access_token":"entra-{{++_tokens}}"}""");
        if (call.Path.EndsWith("/.well-known/openid-configuration", StringComparison.Ordinal))
        {
            var root = $"https://{call.Host}/{Tenant}";
            return (200, Json, $$"""{"issuer":"{{root}}/v2.0","authorization_endpoint":"{{root}}/oauth2/v2.0/authorize","token_endpoint":"{{root}}/oauth2/v2.0/token"}""");
        }

        if (call.Path == "/common/discovery/instance")
        {
            return (200, Json, $$$"""{"tenant_discovery_endpoint":"https://login.microsoftonline.com/{{{Tenant}}}/v2.0/.well-known/openid-configuration","metadata":[{"preferred_network":"login.microsoftonline.com","preferred_cache":"login.windows.net","aliases":["login.microsoftonline.com"]}]}""");
        }

        if (call.Path == "/metadata/identity/oauth2/token" && call.Headers.ContainsKey("metadata"))
        {
            return (200, Json, JsonSerializer.Serialize(new { access_token = $"machine-{++_tokens}", expires_in = "3600", expires_on = DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds().ToString(), resource = "https://cognitiveservices.azure.com", token_type = "Bearer" }));
        }

        return (400, Json, """{"error":"bad_request","error_description":"not served"}""");
    }

    private static AzureSource Source(string members, CloudStandIn entra)
    {
        var loaded = ConfigLoader.Parse($"providers: {{ p: {{ kind: azure-openai, url: 'https://a.example', azure: {{ {members} }} }} }}\nmodels: {{ m: p }}\n", "t.yaml", new ConfigContext(_ => null, Catalogue.Default));
        return (AzureSource)new AzureKind(RedirectHandler.To(entra)).Open(loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems)).Providers.ShouldHaveSingleItem());
    }

    private static string Header(Identity identity)
    {
        var message = new UpstreamRequest(HttpMethod.Post, new Uri("https://a.example/openai"));
        identity.Apply(message, "{}"u8, null, DateTimeOffset.UtcNow);
        return message.Headers.Find("Authorization")!;
    }
}
