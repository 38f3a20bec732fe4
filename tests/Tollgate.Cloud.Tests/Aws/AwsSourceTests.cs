using System.Text;
using Tollgate.Catalog;
using Tollgate.Cloud.Aws;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Upstreams;

namespace Tollgate.Cloud.Tests.Aws;

/// <summary>Every way to AWS keys, each against a stand-in of the service behind it.</summary>
[Collection(nameof(EnvironmentTests))]
public sealed class AwsSourceTests
{
    private const string Role = "arn:aws:iam::111122223333:role/bedrock";

    [Fact]
    public async Task A_role_is_assumed_with_signed_parameters()
    {
        using var environment = new EnvironmentScope();
        await using var sts = await CloudStandIn.StartAsync(c => StsAnswers.Keys(c, "ASIAROLE", TimeSpan.FromHours(1)));

        var signed = await SignedAsync($"aws: {{ accessKeyId: AKID, secretAccessKey: topsecret, roleArn: '{Role}', externalId: x-1, sessionName: prod, duration: 30m, stsUrl: '{sts.Url}' }}");

        signed.ShouldStartWith("AWS4-HMAC-SHA256 Credential=ASIAROLE/");
        var call = sts.Calls.ShouldHaveSingleItem();
        (call.Form["Action"], call.Form["RoleArn"], call.Form["ExternalId"], call.Form["RoleSessionName"], call.Form["DurationSeconds"]).ShouldBe(("AssumeRole", Role, "x-1", "prod", "1800"));
        AwsSignature.ShouldBeSigned(call.Method, call.Target, call.Headers, Encoding.UTF8.GetBytes(call.Body), "AKID", "topsecret", "us-east-1/sts");
    }

    [Fact]
    public async Task A_token_file_becomes_a_web_identity_and_is_read_again_each_time()
    {
        using var environment = new EnvironmentScope();
        await using var sts = await CloudStandIn.StartAsync(c => StsAnswers.Keys(c, "ASIAWEB", TimeSpan.FromHours(1)));
        var file = environment.Write("token", "jwt-1\n");
        var source = Source($"aws: {{ webIdentityTokenFile: '{file}', roleArn: '{Role}', stsUrl: '{sts.Url}' }}");
        await source.FetchAsync(default);
        environment.Write("token", "jwt-2\n");
        var identity = await source.FetchAsync(default);

        sts.Calls.Select(c => (c.Form["Action"], c.Form["RoleArn"], c.Form["WebIdentityToken"], c.Form["RoleSessionName"]))
            .ShouldBe([("AssumeRoleWithWebIdentity", Role, "jwt-1", "tollgate"), ("AssumeRoleWithWebIdentity", Role, "jwt-2", "tollgate")]);
        sts.Calls.ShouldAllBe(c => !c.Headers.ContainsKey("authorization"));
        (identity.Expires!.Value - DateTimeOffset.UtcNow).ShouldBeInRange(TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(61));
    }

    [Fact]
    public async Task A_token_of_an_oidc_provider_becomes_a_web_identity()
    {
        using var environment = new EnvironmentScope();
        await using var oidc = await CloudStandIn.StartAsync(_ => default);
        oidc.Answer = c => (200, "application/json", c.Path == "/realm/.well-known/openid-configuration"
            ? $$"""{"issuer":"{{oidc.Url}}realm","token_endpoint":"{{oidc.Url}}realm/token"}"""
            : """{"access_token":"oidc-jwt","token_type":"Bearer","expires_in":300}""");
        await using var sts = await CloudStandIn.StartAsync(c => StsAnswers.Keys(c, "ASIAOIDC", TimeSpan.FromHours(1)));

        var signed = await SignedAsync($"aws: {{ roleArn: '{Role}', stsUrl: '{sts.Url}', oidc: {{ issuer: '{oidc.Url}realm', clientId: gw, clientSecret: shh, scope: 'openid aws', audience: sts }} }}");

        signed.ShouldStartWith("AWS4-HMAC-SHA256 Credential=ASIAOIDC/");
        var grant = oidc.Calls.Last();
        grant.Path.ShouldBe("/realm/token");
        grant.Form.ShouldBe(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = "gw", ["client_secret"] = "shh", ["scope"] = "openid aws", ["audience"] = "sts" }, ignoreOrder: true);
        sts.Calls.ShouldHaveSingleItem().Form["WebIdentityToken"].ShouldBe("oidc-jwt");
    }

    [Fact]
    public async Task A_profile_of_a_credentials_file_is_read_and_read_again()
    {
        using var environment = new EnvironmentScope();
        var file = environment.Write("team.ini", "[default]\naws_access_key_id = NOT\naws_secret_access_key = THIS\n[dev]\naws_access_key_id = AKDEV1\naws_secret_access_key = s1\naws_session_token = t1\n");
        var source = Source($"aws: {{ credentialsFile: '{file}', profile: dev }}");
        Id(await source.FetchAsync(default)).ShouldBe("AKDEV1");

        environment.Write("team.ini", "[dev]\naws_access_key_id = AKDEV2\naws_secret_access_key = s2\n");
        Id(await source.FetchAsync(default)).ShouldBe("AKDEV2");
    }

    [Fact]
    public async Task A_profile_that_is_not_there_is_named()
    {
        using var environment = new EnvironmentScope();
        environment.Write("credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = B\n");
        (await Should.ThrowAsync<IdentityException>(() => Source("aws: { profile: dve }").FetchAsync(default).AsTask())).Message.ShouldBe("there is no AWS profile 'dve' in the shared files");
    }

    [Fact]
    public async Task The_chain_takes_the_environment_first()
    {
        using var environment = new EnvironmentScope(("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "s"), ("AWS_PROFILE", "dev"));
        var identity = await Source("").FetchAsync(default);
        Id(identity).ShouldBe("AKENV");
        identity.Expires.ShouldBeNull();
    }

    [Fact]
    public async Task The_chain_takes_a_web_identity_of_the_environment_next()
    {
        using var environment = new EnvironmentScope(("AWS_ROLE_ARN", Role), ("AWS_ROLE_SESSION_NAME", "pod"));
        Environment.SetEnvironmentVariable("AWS_WEB_IDENTITY_TOKEN_FILE", environment.Write("token", "irsa"));
        environment.Write("credentials", "[default]\naws_access_key_id = A\naws_secret_access_key = B\n");
        await using var sts = await CloudStandIn.StartAsync(c => StsAnswers.Keys(c, "ASIAIRSA", TimeSpan.FromHours(1)));

        Id(await Source($"aws: {{ stsUrl: '{sts.Url}' }}").FetchAsync(default)).ShouldBe("ASIAIRSA");
        var call = sts.Calls.ShouldHaveSingleItem();
        (call.Form["WebIdentityToken"], call.Form["RoleArn"], call.Form["RoleSessionName"]).ShouldBe(("irsa", Role, "pod"));
    }

    [Fact]
    public async Task The_chain_takes_the_default_profile_then_and_another_when_the_environment_names_it()
    {
        using var environment = new EnvironmentScope();
        environment.Write("credentials", "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = B\n[dev]\naws_access_key_id = AKDEV\naws_secret_access_key = B\n");
        Id(await Source("").FetchAsync(default)).ShouldBe("AKDEFAULT");
        Environment.SetEnvironmentVariable("AWS_PROFILE", "dev");
        Id(await Source("").FetchAsync(default)).ShouldBe("AKDEV");
    }

    [Fact]
    public async Task The_chain_asks_the_container_with_its_token()
    {
        await using var container = await CloudStandIn.StartAsync(_ => (200, "application/json", Machine("ASIACONTAINER")));
        using var environment = new EnvironmentScope(("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.Url + "v1/credentials"), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "pod-token"));

        var identity = await Source("").FetchAsync(default);
        Id(identity).ShouldBe("ASIACONTAINER");
        identity.Expires.ShouldNotBeNull();
        var call = container.Calls.ShouldHaveSingleItem();
        (call.Path, call.Headers["authorization"]).ShouldBe(("/v1/credentials", "pod-token"));
    }

    [Fact]
    public async Task The_chain_asks_the_instance_last_with_a_session_token()
    {
        await using var imds = await CloudStandIn.StartAsync(c => c.Method == "PUT" ? (200, "text/plain", "imds-token")
            : c.Path.EndsWith("/security-credentials/", StringComparison.Ordinal) ? (200, "text/plain", "web-role")
            : (200, "application/json", Machine("ASIAINSTANCE")));
        using var environment = new EnvironmentScope(("AWS_EC2_METADATA_SERVICE_ENDPOINT", imds.Url.AbsoluteUri.TrimEnd('/')), ("AWS_EC2_METADATA_DISABLED", "false"));

        Id(await Source("").FetchAsync(default)).ShouldBe("ASIAINSTANCE");
        imds.Calls.First().Target.ShouldBe("/latest/api/token");
        imds.Calls.Where(c => c.Method == "GET").ShouldAllBe(c => c.Headers["x-aws-ec2-metadata-token"] == "imds-token");
        imds.Calls.Last().Path.ShouldBe("/latest/meta-data/iam/security-credentials/web-role");
    }

    [Fact]
    public async Task Nothing_anywhere_says_where_it_was_looked_for()
    {
        using var environment = new EnvironmentScope();
        var source = Source("");
        (await Should.ThrowAsync<IdentityException>(() => source.FetchAsync(default).AsTask())).Message
            .ShouldBe("no AWS credential was found: not in AWS_ACCESS_KEY_ID, not in AWS_WEB_IDENTITY_TOKEN_FILE, not in a default profile, and neither container nor instance have a role");
        source.Mend.ShouldStartWith("write aws: { profile: NAME }");
    }

    [Fact]
    public async Task A_refusal_of_STS_is_told_without_the_secret()
    {
        using var environment = new EnvironmentScope();
        await using var sts = await CloudStandIn.StartAsync(_ => StsAnswers.Denied);
        var source = Source($"aws: {{ accessKeyId: AKID, secretAccessKey: topsecret, roleArn: '{Role}', stsUrl: '{sts.Url}' }}");
        var e = await Should.ThrowAsync<IdentityException>(() => source.FetchAsync(default).AsTask());
        e.Message.ShouldBe("STS answered 403 AccessDenied: Not authorized to perform sts:AssumeRole");
        e.ToString().ShouldNotContain("topsecret");
    }

    private static string Machine(string id) =>
        $$"""{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"{{id}}","SecretAccessKey":"s","Token":"t","Expiration":"{{DateTime.UtcNow.AddHours(6):yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""";

    private static AwsSource Source(string aws) => (AwsSource)new AwsKind(CloudOptions.OfProcess).Open(Provider(aws));

    private static ProviderConfig Provider(string aws)
    {
        var members = aws.Length > 0 ? ", " + aws : "";
        var loaded = ConfigLoader.Parse($"providers: {{ p: {{ kind: aws-bedrock, region: us-east-1{members} }} }}\nmodels: {{ m: p }}\n", "t.yaml", new ConfigContext(_ => null, Catalogue.Default));
        return loaded.Config.ShouldNotBeNull(string.Join('\n', loaded.Problems)).Providers.ShouldHaveSingleItem();
    }

    private static async Task<string> SignedAsync(string aws) => Authorization(await Source(aws).FetchAsync(default));

    private static string Id(Identity identity) => Authorization(identity).Split('=', '/')[1];

    private static string Authorization(Identity identity)
    {
        var message = new UpstreamRequest(HttpMethod.Post, new Uri("https://bedrock-runtime.us-east-1.amazonaws.com/model/m/converse"));
        identity.Apply(message, "{}"u8, "us-east-1", DateTimeOffset.UtcNow);
        return message.Headers.Find("Authorization")!;
    }
}
