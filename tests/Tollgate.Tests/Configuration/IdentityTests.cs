namespace Tollgate.Tests.Configuration;

/// <summary>What may be written below a provider's <c>aws</c>, <c>azure</c> and <c>gcp</c>.</summary>
public sealed class IdentityTests
{
    private const string Aws = "kind: aws-bedrock, region: us-east-1";
    private const string Azure = "kind: azure-openai, url: 'https://a.example'";
    private const string Gcp = "kind: gcp-vertex, project: p, location: l";
    private const string Oidc = "oidc: { issuer: 'https://id.example', clientId: c, clientSecret: geheim }";

    [Fact]
    public void Everything_of_aws_is_in_the_record()
    {
        var aws = Loading.Provider($"{{ {Aws}, aws: {{ {Oidc}, roleArn: r, externalId: x, sessionName: s, duration: 2h, stsUrl: 'https://sts.example' }} }}").Aws!;
        (aws.RoleArn, aws.ExternalId, aws.SessionName, aws.Duration, aws.StsUrl).ShouldBe(("r", "x", "s", TimeSpan.FromHours(2), new Uri("https://sts.example")));
        (aws.Oidc!.Issuer, aws.Oidc.ClientId, aws.Oidc.ClientSecret.Value!.Reveal()).ShouldBe((new Uri("https://id.example"), "c", "geheim"));
        Loading.Provider($"{{ {Aws}, aws: {{ profile: dev }} }}").Aws!.Profile.ShouldBe("dev");
        Loading.Provider($"{{ {Aws} }}").Aws.ShouldBeNull();
    }

    [Fact]
    public void Everything_of_azure_is_in_the_record()
    {
        var azure = Loading.Provider($"{{ {Azure}, azure: {{ tenantId: t, clientId: c, clientSecret: geheim, authority: 'https://login.example', scope: s }} }}").Azure!;
        (azure.TenantId, azure.ClientId, azure.ClientSecret!.Value!.Reveal(), azure.Authority, azure.Scope).ShouldBe(("t", "c", "geheim", new Uri("https://login.example"), "s"));
        Loading.Provider($"{{ {Azure}, azure: {{ managedIdentity: true }} }}").Azure!.ManagedIdentity.ShouldBeTrue();
        Loading.Provider($"{{ {Azure}, azure: {{}} }}").Azure.ShouldBe(new Tollgate.Configuration.AzureConfig());
    }

    [Fact]
    public void Everything_of_gcp_is_in_the_record()
    {
        var gcp = Loading.Provider($"{{ {Gcp}, gcp: {{ workloadIdentity: {{ projectNumber: '1', pool: a, provider: b, {Oidc} }}, serviceAccount: sa@p }} }}").Gcp!;
        (gcp.WorkloadIdentity!.ProjectNumber, gcp.WorkloadIdentity.Pool, gcp.WorkloadIdentity.Provider, gcp.WorkloadIdentity.Oidc!.ClientId, gcp.ServiceAccount).ShouldBe(("1", "a", "b", "c", "sa@p"));
        Loading.Provider($"{{ {Gcp}, gcp: {{ metadata: true }} }}").Gcp!.Metadata.ShouldBeTrue();
    }

    [Fact]
    public void Files_are_found_beside_the_configuration()
    {
        var path = Path.Combine(Path.GetFullPath("conf"), "key.json");
        var result = Tollgate.Configuration.ConfigLoader.Parse(
            $"providers: {{ p: {{ {Gcp}, gcp: {{ credentialsFile: key.json }} }} }}\nmodels: {{ m: p }}\n", Path.Combine("conf", "t.yaml"), Loading.WithFile(path, "{}"));
        result.Config!.Providers[0].Gcp!.CredentialsFile.ShouldBe(path);
    }

    [Theory]
    [InlineData(Aws, "aws: { accessKeyId: a }", "providers.p.aws has accessKeyId and needs secretAccessKey with it")]
    [InlineData(Aws, "aws: { secretAccessKey: geheim }", "providers.p.aws has secretAccessKey and needs accessKeyId with it")]
    [InlineData(Aws, "aws: { sessionToken: geheim }", "providers.p.aws has sessionToken and needs accessKeyId with it")]
    [InlineData(Aws, "aws: { accessKeyId: a, secretAccessKey: geheim, profile: dev }", "providers.p.aws has accessKeyId and profile: give one of them")]
    [InlineData(Aws, "aws: { profile: dev, roleArn: r, " + Oidc + " }", "providers.p.aws has profile and oidc: give one of them")]
    [InlineData(Aws, "aws: { " + Oidc + " }", "providers.p.aws has oidc and needs roleArn: arn:aws:iam::ACCOUNT:role/NAME with it")]
    [InlineData(Aws, "aws: { externalId: x }", "providers.p.aws has externalId and needs roleArn:")]
    [InlineData(Aws, "aws: { roleArn: r, duration: 5m }", "providers.p.aws.duration must be 15m to 12h")]
    [InlineData(Aws, "aws: { credentialsFile: absent }", "providers.p.aws.credentialsFile: the file 'absent' cannot be read")]
    [InlineData(Aws, "aws: { profil: dev }", "unknown key 'profil' in providers.p.aws; did you mean 'profile'?")]
    [InlineData(Aws, "aws: { region: us-east-1 }", "write region: beside aws:")]
    [InlineData(Aws, "key: k, aws: { profile: dev }", "providers.p has key and aws: give one credential")]
    [InlineData(Aws, "azure: {}", "kind aws-bedrock takes no Azure identity: give aws:")]
    [InlineData(Azure, "azure: { clientSecret: geheim, clientId: c }", "providers.p.azure has clientSecret and needs tenantId with it")]
    [InlineData(Azure, "azure: { clientSecret: geheim, clientId: c, tenantId: t, managedIdentity: true }", "providers.p.azure has clientSecret and managedIdentity: give one of them")]
    [InlineData(Azure, "azure: { certificatePassword: geheim }", "providers.p.azure has certificatePassword and needs certificateFile with it")]
    [InlineData(Azure, "gcp: {}", "kind azure-openai takes no Google Cloud identity: give key:")]
    [InlineData(Gcp, "gcp: { credentials: geheim, metadata: true }", "providers.p.gcp has credentials and metadata: give one of them")]
    [InlineData(Gcp, "gcp: { workloadIdentity: { projectNumber: '1', pool: a } }", "providers.p.gcp.workloadIdentity needs provider")]
    [InlineData(Gcp, "gcp: { workloadIdentity: { projectNumber: '1', pool: a, provider: b } }", "providers.p.gcp.workloadIdentity needs tokenFile: PATH")]
    [InlineData(Gcp, "gcp: { workloadIdentity: { projectNumber: '1', pool: a, provider: b, oidc: { clientId: c, clientSecret: geheim } } }", "providers.p.gcp.workloadIdentity.oidc needs issuer: https://HOST")]
    [InlineData(Gcp, "aws: { profile: dev }", "kind gcp-vertex takes no AWS identity: give gcp:")]
    public void What_does_not_fit_together_is_told_with_its_place_and_without_secrets(string provider, string members, string expected)
    {
        var problems = Loading.Problems($"providers:\n  p: {{ {provider}, {members} }}\nmodels: {{ m: p }}\n");
        problems.ShouldContain(problem => problem.StartsWith("t.yaml:2:", StringComparison.Ordinal) && problem.Contains(expected, StringComparison.Ordinal), string.Join('\n', problems));
        string.Join('\n', problems).ShouldNotContain("geheim");
    }
}
