using System.Collections.Immutable;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand below <c>providers</c>.</summary>
internal static class ProviderShapes
{
    private const string AwsMend = "give aws.accessKeyId and aws.secretAccessKey";
    private const string GoogleMend = "give token: with a ready access token, or token: { file: PATH } that another process renews";
    private const string AzureMend = "give key: with an API key, or token: with a ready Entra ID token";

    private static readonly Shape SecretOrFile = new FormsShape("a text such as \"${VAR}\", or { file: PATH }",
    [
        SecretText,
        new ObjectShape("{ file: PATH }",
        [
            new("file", "Path of a file that holds the secret and nothing else, relative to this file. It is read again when it changes.", Text) { IsRequired = true },
        ]),
    ]);

    private static readonly ObjectShape Aws = new("a map with accessKeyId and secretAccessKey",
    [
        new("accessKeyId", "Static access key.", SecretText) { IsRequired = true },
        new("secretAccessKey", "Its secret.", SecretText) { IsRequired = true },
        new("sessionToken", "Its session token, when it is temporary.", SecretText),
        .. Refused(AwsMend, "profile", "roleArn", "credentialsFile", "webIdentityTokenFile", "externalId"),
    ]);

    private static readonly ObjectShape Gcp = new("a map", [.. Refused(GoogleMend, "credentialsFile", "serviceAccount", "workloadIdentity")]) { MayBeEmpty = true };

    private static readonly ObjectShape Azure = new("a map", [.. Refused(AzureMend, "tenantId", "clientId", "clientSecret", "managedIdentity")]) { MayBeEmpty = true };

    private static readonly ObjectShape Headers = new("a map with set: and remove:",
    [
        new("set", "Headers to set, replacing what is there.", new MapShape("a map of header names to texts", HeaderValue)),
        new("remove", "Headers to remove.", new ListShape("a list of header names", HeaderName)),
    ]);

    private static readonly ObjectShape Body = new("a map with set: and remove:",
    [
        new("set", "Top-level members to set, each to any JSON value.", new MapShape("a map of member names to values", new AnyShape("any value"))),
        new("remove", "Top-level members to remove.", new ListShape("a list of member names", Text)),
    ]);

    private static readonly ObjectShape Timeouts = new("a map such as { connect: 10s }",
    [
        new("connect", "For a connection; 10s by default.", Duration),
        new("firstToken", "For the first content of an answer; 60s by default.", Duration),
        new("idle", "Between bytes; 60s by default.", Duration),
        new("total", "For the whole answer; 10m by default.", Duration),
    ]);

    /// <summary>One provider.</summary>
    public static readonly ObjectShape Provider = new("a map such as { kind: openai, key: \"${OPENAI_API_KEY}\" }",
    [
        new("kind", "Entry of the catalogue (docs/providers.md); may be left out when the provider's name is one.", Text),
        new("as", "For the simulator: the kind whose wire format it speaks.", Text),
        new("url", "Base URL instead of the catalogue's; it ends where the operation's path begins.", Url),
        new("key", "API key, sent as the kind sends it.", SecretOrFile),
        new("token", "Bearer token.", SecretOrFile),
        new("aws", "Static AWS keys.", Aws),
        new("gcp", "Google Cloud identity.", Gcp),
        new("azure", "Azure identity.", Azure),
        new("region", "AWS region, such as us-east-1.", Label),
        new("project", "Google Cloud project.", Label),
        new("location", "Google Cloud location, such as us-east5 or global.", Label),
        new("apiVersion", "api-version of Azure; anthropic_version of aws-anthropic and gcp-anthropic.", Text),
        new("betas", "Flags of anthropic-beta that it takes beside those of its kind (docs/providers.md); '*' for all.", new ListShape("a list of flags", Text)),
        new("headers", "Changes to the request's headers, last before signing.", Headers),
        new("body", "Changes to top-level members of a JSON request, last before signing.", Body),
        new("timeouts", "How long to wait.", Timeouts),
    ])
    {
        Name = "provider",
        MayBeEmpty = true,
        Elsewhere = ImmutableDictionary<string, string>.Empty
            .Add("profile", AwsMend).Add("accessKeyId", AwsMend).Add("secretAccessKey", AwsMend)
            .Add("credentialsFile", "give aws.accessKeyId and aws.secretAccessKey, or token: { file: PATH }")
            .Add("clientSecret", AzureMend)
            .Add("apiKey", "write key:")
            .Add("models", "models stand at the top of the file, write models: there")
            .Add("model", "models stand at the top of the file, write models: there"),
    };

    private static IEnumerable<ConfigKey> Refused(string mend, params string[] names) =>
        names.Select(name => new ConfigKey(name, $"Not supported by this version: {mend}.", Text) { Refusal = mend });
}
