using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>Who may use the admin API.</summary>
internal static class AdminShapes
{
    private static readonly ObjectShape Admin = new("a map such as { token: \"${LEAD_TOKEN}\", team: search }",
    [
        new("token", "The token that is sent, 16 characters or more. It is hashed when the file is read, and not kept.", SecretText),
        new("tokenSha256", "SHA-256 of the token, 64 hexadecimal digits, when the token itself must not be near this machine.", Sha256),
        new("team", "The team whose keys are managed.", Text),
        new("organization", "The organisation whose teams and keys are managed.", Text),
    ]);

    public static readonly MapShape Admins = new("a map of names to administrators", Admin);
}
