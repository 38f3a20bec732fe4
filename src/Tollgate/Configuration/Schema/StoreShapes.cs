using Tollgate.Configuration.Values;
using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand at <c>stores</c>.</summary>
internal static class StoreShapes
{
    private static readonly ScalarShape Url = new(StoreUrl.Expected, "string", text => StoreUrl.Parse(text, out var complaint) is null ? complaint : null)
    {
        // Quoting it could show a password.
        IsSecret = true,
        Pattern = StoreUrl.Pattern,
    };

    private static readonly Shape Password = new FormsShape("a password, or { file: PATH }",
    [
        SecretText,
        new ObjectShape("a map such as { file: PATH }", [new("file", "Path of a file that holds the password alone. Read for every new connection.", Text) { IsRequired = true }]),
    ]);

    private static readonly ObjectShape Counters = new("a map such as { url: redis://cache:6379, outage: closed }",
    [
        new("url", "Where it is: redis://, rediss:// (TLS), redis+cluster://HOST,HOST or postgres://. In postgres gateways lease parts of a limit instead of asking for every request.", Url) { IsRequired = true },
        new("password", "The password, when it is not in the address.", Password),
        new("ca", "Path of certificates (PEM) that vouch for the server; the system's by default.", Text),
        new("prefix", "What all names begin with that the gateway uses there; tollgate by default.", Label),
        new("timeout", "How long an answer may take, then the store counts as away; 500ms by default.", Duration),
        new("outage", "What becomes of requests while the store is away. local: each gateway grants a share of every limit. open: they are admitted. closed: they are refused. local by default.", OneOf("local", "open", "closed")),
        new("share", "For outage: local: the part of each limit that this gateway grants by itself; 0.25 by default.", Share),
    ])
    { Name = "counterStore" };

    /// <summary>All of them.</summary>
    public static readonly ObjectShape Stores = new("a map such as { counters: redis://cache:6379 }",
    [
        new("counters", "Where limits with store: shared are counted.", new FormsShape("an address such as redis://cache:6379, or a map with url:", [Url, Counters])),
    ]);
}
