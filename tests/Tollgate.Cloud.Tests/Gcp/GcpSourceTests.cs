using System.Security.Cryptography;
using System.Text.Json;
using Tollgate.Catalog;
using Tollgate.Cloud.Gcp;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Upstreams;

namespace Tollgate.Cloud.Tests.Gcp;

/// <summary>Every way to a Google access token, against stand-ins of its token, STS, impersonation and metadata endpoints.</summary>
[Collection(nameof(EnvironmentTests))]
public sealed class GcpSourceTests : IDisposable
{
    private const string Scope = "https://www.googleapis.com/auth/cloud-platform";
    private const string Target = "vertex@p.iam.gserviceaccount.com";

    private readonly RSA _key = RSA.Create(2048);
    private int _tokens;

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task A_service_account_signs_an_assertion_and_gets_a_new_token_each_time()
    {
        using var environment = new EnvironmentScope();
        await using var google = await CloudStandIn.StartAsync(Answer);
        var source = Source($"credentialsFile: '{environment.Write("key.json", ServiceAccount())}'", google);

        var identity = await source.FetchAsync(default);
        Header(identity).ShouldBe("Bearer google-1");
        (identity.Expires!.Value - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
        Header(await source.FetchAsync(default)).ShouldBe("Bearer google-2");

        var call = google.Calls.First();
        (call.Host, call.Path, call.Form["grant_type"]).ShouldBe(("oauth2.googleapis.com", "/token", "urn:ietf:params:oauth:grant-type:jwt-bearer"));
        var assertion = Jwt.Parse(call.Form["assertion"]);
        assertion.ShouldBeSignedBy(_key, RSASignaturePadding.Pkcs1);
        (assertion.Claim("iss"), assertion.Claim("aud"), assertion.Claim("scope")).ShouldBe(("sa@p.iam.gserviceaccount.com", "https://oauth2.googleapis.com/token", Scope));
        (long.Parse(assertion.Claim("exp")) - long.Parse(assertion.Claim("iat"))).ShouldBe(3600);
    }

    [Fact]
    public async Task The_content_of_a_file_may_stand_in_a_variable()
    {
        using var environment = new EnvironmentScope();
        await using var google = await CloudStandIn.StartAsync(Answer);
        Header(await Source("credentials: \"${GOOGLE_CREDENTIALS}\"", google, ServiceAccount()).FetchAsync(default)).ShouldBe("Bearer google-1");
    }

    [Fact]
    public async Task A_service_account_impersonates_another()
    {
        using var environment = new EnvironmentScope();
        await using var google = await CloudStandIn.StartAsync(Answer);
        var identity = await Source($"credentialsFile: '{environment.Write("key.json", ServiceAccount())}', serviceAccount: {Target}", google).FetchAsync(default);

        ShouldBeImpersonated(identity, google, "Bearer google-1");
    }

    [Fact]
    public async Task A_mounted_token_is_exchanged_and_read_again_each_time()
    {
        using var environment = new EnvironmentScope();
        await using var google = await CloudStandIn.StartAsync(Answer);
        var file = environment.Write("token", "subject-1\n");
        var source = Source($"workloadIdentity: {{ projectNumber: '123', pool: gateways, provider: cluster, tokenFile: '{file}' }}", google);
        var identity = await source.FetchAsync(default);
        environment.Write("token", "subject-2\n");
        await source.FetchAsync(default);

        Header(identity).ShouldBe("Bearer exchanged-1");
        identity.Expires.ShouldNotBeNull();
        google.Calls.Select(c => c.Form["subject_token"]).ShouldBe(["subject-1", "subject-2"]);
        var call = google.Calls.First();
        (call.Host, call.Path, call.Form["grant_type"], call.Form["scope"]).ShouldBe(("sts.googleapis.com", "/v1/token", "urn:ietf:params:oauth:grant-type:token-exchange", Scope));
        call.Form["audience"].ShouldBe("//iam.googleapis.com/projects/123/locations/global/workloadIdentityPools/gateways/providers/cluster");
        call.Form["subject_token_type"].ShouldBe("urn:ietf:params:oauth:token-type:jwt");
    }

    [Fact]
    public async Task A_token_of_an_oidc_provider_is_exchanged_and_then_impersonates()
    {
        using var environment = new EnvironmentScope();
        await using var google = await CloudStandIn.StartAsync(c => c.Host == "id.example.com" ? (200, "application/json", """{"access_token":"oidc-jwt","expires_in":60}""") : Answer(c));
        var identity = await Source($"workloadIdentity: {{ projectNumber: '123', pool: a, provider: b, oidc: {{ tokenUrl: 'https://id.example.com/token', clientId: gw, clientSecret: shh }} }}, serviceAccount: {Target}", google).FetchAsync(default);

        google.Calls.Single(c => c.Host == "sts.googleapis.com").Form["subject_token"].ShouldBe("oidc-jwt");
        ShouldBeImpersonated(identity, google, "Bearer exchanged-1");
    }

    [Fact]
    public async Task An_external_account_file_is_exchanged_and_impersonates_as_it_says()
    {
        using var environment = new EnvironmentScope();
        await using var google = await CloudStandIn.StartAsync(Answer);
        var token = environment.Write("token", "subject-file");
        var file = environment.Write("external.json", JsonSerializer.Serialize(new
        {
            type = "external_account",
            audience = "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b",
            subject_token_type = "urn:ietf:params:oauth:token-type:jwt",
            token_url = "https://sts.googleapis.com/v1/token",
            service_account_impersonation_url = $"https://iamcredentials.googleapis.com/v1/projects/-/serviceAccounts/{Target}:generateAccessToken",
            credential_source = new { file = token },
        }));
        var identity = await Source($"credentialsFile: '{file}'", google).FetchAsync(default);

        google.Calls.First().Form["subject_token"].ShouldBe("subject-file");
        ShouldBeImpersonated(identity, google, "Bearer exchanged-1");
    }

    [Fact]
    public async Task Default_credentials_are_the_file_of_the_variable()
    {
        using var environment = new EnvironmentScope();
        Environment.SetEnvironmentVariable("GOOGLE_APPLICATION_CREDENTIALS", environment.Write("adc.json", ServiceAccount()));
        await using var google = await CloudStandIn.StartAsync(Answer);
        Header(await Source(null, google).FetchAsync(default)).ShouldBe("Bearer google-1");
    }

    [Fact]
    public async Task Default_credentials_are_then_those_of_gcloud()
    {
        using var environment = new EnvironmentScope();
        var file = environment.Write("application_default_credentials.json", """{"type":"authorized_user","client_id":"c","client_secret":"s","refresh_token":"refresh-1"}""");
        Environment.SetEnvironmentVariable("CLOUDSDK_CONFIG", Path.GetDirectoryName(file));
        await using var google = await CloudStandIn.StartAsync(Answer);
        var identity = await Source(null, google).FetchAsync(default);
        Header(identity).ShouldBe("Bearer google-1");
        identity.Expires.ShouldNotBeNull();
        (google.Calls.Single().Form["grant_type"], google.Calls.Single().Form["refresh_token"]).ShouldBe(("refresh_token", "refresh-1"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("metadata: true")]
    public async Task Default_credentials_are_last_those_of_the_machine(string? members)
    {
        using var environment = new EnvironmentScope();
        await using var google = await CloudStandIn.StartAsync(Answer);
        var identity = await Source(members, google).FetchAsync(default);
        Header(identity).ShouldBe("Bearer metadata-1");
        identity.Expires.ShouldNotBeNull();
        var call = google.Calls.Last();
        call.Path.ShouldBe("/computeMetadata/v1/instance/service-accounts/default/token");
        call.Headers["metadata-flavor"].ShouldBe("Google");
    }

    [Fact]
    public async Task A_file_that_is_something_else_is_told_without_its_content()
    {
        using var environment = new EnvironmentScope();
        await using var google = await CloudStandIn.StartAsync(Answer);
        var file = environment.Write("key.json", """{"type":"service_account","client_email":"a","private_key":"geheim"}""");
        var e = await Should.ThrowAsync<IdentityException>(() => Source($"credentialsFile: '{file}'", google).FetchAsync(default).AsTask());
        e.Message.ShouldBe($"{file} is not a Google credentials file: it must be the JSON of a service account, an external account, an authorised user or an impersonation");
        e.ToString().ShouldNotContain("geheim");
    }

    [Fact]
    public async Task A_refusal_is_told()
    {
        using var environment = new EnvironmentScope();
        await using var google = await CloudStandIn.StartAsync(_ => (400, "application/json", """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}"""));
        var source = Source($"credentialsFile: '{environment.Write("key.json", ServiceAccount())}'", google);
        (await Should.ThrowAsync<IdentityException>(() => source.FetchAsync(default).AsTask())).Message.ShouldBe("Google answered 400 invalid_grant: Invalid JWT Signature.");
    }

    private (int, string, string) Answer(IdentityCall call) => (200, "application/json", (call.Host, call.Path) switch
    {
        ("oauth2.googleapis.com", "/token") => Token("google"),
        ("sts.googleapis.com", _) => $$"""{"access_token":"exchanged-{{++_tokens}}","issued_token_type":"urn:ietf:params:oauth:token-type:access_token","token_type":"Bearer","expires_in":3600}""",
        ("iamcredentials.googleapis.com", _) => $$"""{"accessToken":"impersonated","expireTime":"{{DateTime.UtcNow.AddHours(1):yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""",
        (_, "/computeMetadata/v1/instance/service-accounts/default/token") => Token("metadata"),
        _ => "{}",
    });

    private string Token(string name) => $$"""{"access_token":"{{name}}-{{++_tokens}}","expires_in":3600,"token_type":"Bearer"}""";

    private static void ShouldBeImpersonated(Identity identity, CloudStandIn google, string by)
    {
        Header(identity).ShouldBe("Bearer impersonated");
        identity.Expires.ShouldNotBeNull();
        var call = google.Calls.Last();
        (call.Host, call.Path, call.Headers["authorization"]).ShouldBe(("iamcredentials.googleapis.com", $"/v1/projects/-/serviceAccounts/{Target}:generateAccessToken", by));
        JsonDocument.Parse(call.Body).RootElement.GetProperty("scope")[0].GetString().ShouldBe(Scope);
    }

    private string ServiceAccount() => JsonSerializer.Serialize(new
    {
        type = "service_account",
        project_id = "p",
        private_key_id = "k1",
        private_key = _key.ExportPkcs8PrivateKeyPem(),
        client_email = "sa@p.iam.gserviceaccount.com",
        client_id = "1",
        token_uri = "https://oauth2.googleapis.com/token",
    });

    private static GcpSource Source(string? members, CloudStandIn google, string? variable = null)
    {
        var gcp = members is null ? "" : $", gcp: {{ {members} }}";
        var loaded = ConfigLoader.Parse($"providers: {{ p: {{ kind: gcp-vertex, project: p, location: global{gcp} }} }}\nmodels: {{ m: p }}\n", "t.yaml", new ConfigContext(name => name == "GOOGLE_CREDENTIALS" ? variable : null, Catalogue.Default));
        return (GcpSource)new GcpKind(RedirectHandler.To(google)).Open(loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems)).Providers.ShouldHaveSingleItem());
    }

    private static string Header(Identity identity)
    {
        var message = new UpstreamRequest(HttpMethod.Post, new Uri("https://a.example/v1"));
        identity.Apply(message, "{}"u8, null, DateTimeOffset.UtcNow);
        return message.Headers.Find("Authorization")!;
    }
}
