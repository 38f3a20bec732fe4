using System.Collections.Immutable;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand below <c>providers</c>.</summary>
internal static class ProviderShapes
{
    /// <summary>Changes to headers.</summary>
    public static readonly ObjectShape Headers = new("a map with set: and remove:",
    [
        new("set", "Headers to set, replacing what is there.", new MapShape("a map of header names to texts", HeaderValue)),
        new("remove", "Headers to remove.", new ListShape("a list of header names", HeaderName)),
    ]);

    /// <summary>Changes to members of the body.</summary>
    public static readonly ObjectShape Body = new("a map with set: and remove:",
    [
        new("set", "Top-level members to set, each to any JSON value.", new MapShape("a map of member names to values", new AnyShape("any value"))),
        new("remove", "Top-level members to remove.", new ListShape("a list of member names", Text)),
    ]);

    /// <summary>Waiting, for a provider and for a model.</summary>
    public static readonly ObjectShape Timeouts = new("a map such as { connect: 10s }",
    [
        new("connect", "For a connection; 10s by default.", Duration),
        new("headers", "For the response headers, of plain answers too. By default streams wait for firstToken, and plain answers for total.", Duration),
        new("firstToken", "For the first content of an answer; 60s by default.", Duration),
        new("idle", "Between bytes; 60s by default.", Duration),
        new("total", "For the whole answer; 10m by default.", Duration),
    ])
    { Name = "timeouts" };

    /// <summary>One provider.</summary>
    public static readonly ObjectShape Provider = new("a map such as { kind: openai, key: \"${OPENAI_API_KEY}\" }",
    [
        new("kind", "Entry of the catalogue (docs/providers.md); may be left out when the provider's name is one.", Text),
        new("as", "For the simulator: the kind whose wire format it speaks.", Text),
        new("url", "Base URL instead of the catalogue's; it ends where the operation's path begins.", Url),
        new("key", "API key, sent as the kind sends it.", IdentityShapes.SecretOrFile),
        new("keys", "Several API keys instead of one: requests are spread over them, and one that is refused is left alone.", new ListShape("a list of keys", IdentityShapes.SecretOrFile)),
        new("token", "Bearer token.", IdentityShapes.SecretOrFile),
        new("aws", "AWS identity: static keys, a profile, a role or a web identity; the SDKs' default chain when it is left out.", IdentityShapes.Aws),
        new("gcp", "Google Cloud identity; Application Default Credentials when it is left out.", IdentityShapes.Gcp),
        new("azure", "Entra ID identity; {} is the SDK's default chain.", IdentityShapes.Azure),
        new("credentialOverride", "Lets callers bring a credential of their own in a header.", IdentityShapes.Override),
        new("region", "AWS region, such as us-east-1.", Label),
        new("project", "Google Cloud project.", Label),
        new("location", "Google Cloud location, such as us-east5 or global.", Label),
        new("apiVersion", "api-version of Azure; anthropic_version of aws-anthropic and gcp-anthropic.", Text),
        new("dialect", "The only chat API of a server that could have two: requests of the other are translated.", OneOf("openai.chat", "openai.responses")),
        new("betas", "Flags of anthropic-beta that it takes beside those of its kind (docs/providers.md); '*' for all.", new ListShape("a list of flags", Text)),
        new("headers", "Changes to the request's headers, last before signing.", Headers),
        new("body", "Changes to top-level members of a JSON request, last before signing.", Body),
        new("tls", "How its certificate is checked, where the system's own way does not fit.", UpstreamTlsShapes.Tls),
        new("timeouts", "How long to wait.", Timeouts),
        new("maxConcurrent", "Requests at the same time; any number by default. More wait.", Number(1)),
        new("maxQueued", "Requests that may wait; 100 by default. More go to the next backend or are refused.", Number(0)),
        new("queueTimeout", "How long they may wait; 10s by default.", Duration),
        new("health", "When it is left alone after failures.", RoutingShapes.Health),
    ])
    {
        Name = "provider",
        MayBeEmpty = true,
        Elsewhere = ImmutableDictionary<string, string>.Empty
            .Add("profile", "write aws: { profile: NAME }").Add("accessKeyId", "write aws: { accessKeyId: …, secretAccessKey: … }").Add("secretAccessKey", "write aws: { accessKeyId: …, secretAccessKey: … }")
            .Add("roleArn", "write aws: { roleArn: … }")
            .Add("credentialsFile", "write gcp: { credentialsFile: PATH }, or aws: { credentialsFile: PATH }")
            .Add("clientSecret", "write azure: { tenantId: …, clientId: …, clientSecret: … }")
            .Add("apiKey", "write key:")
            .Add("models", "models stand at the top of the file, write models: there")
            .Add("model", "models stand at the top of the file, write models: there"),
    };
}
