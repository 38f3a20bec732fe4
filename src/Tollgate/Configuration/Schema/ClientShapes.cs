using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>Who may call: clients, their teams and organisations.</summary>
internal static class ClientShapes
{
    private static readonly ListShape ModelNames = new("a list of model names", Text);

    private static readonly ListShape ProviderNames = new("a list of names of providers", Text);

    private static readonly Shape Budget = Allowed(LimitUnit.Money, "an amount of US dollars and a span, such as 50/month");

    private static readonly ObjectShape Limits = new("a map such as { requests: 60/minute }",
    [
        new("requests", "Requests in a span, such as 60/minute.", Allowed(LimitUnit.Requests)),
        new("tokens", "Input and output tokens in a span.", Allowed(LimitUnit.Tokens)),
        new("inputTokens", "Input tokens in a span.", Allowed(LimitUnit.InputTokens)),
        new("outputTokens", "Output tokens in a span.", Allowed(LimitUnit.OutputTokens)),
    ])
    { Name = "allowances" };

    private static readonly ObjectShape Client = new("a map with key, keySha256 or certificate, such as { key: \"${TEAM_KEY}\" }",
    [
        new("key", "The key that the caller sends, 16 characters or more. It is hashed when the file is read, and not kept.", SecretText),
        new("keySha256", "SHA-256 of the key, 64 hexadecimal digits, when the key itself must not be near this machine.", Sha256),
        new("models", "Model names, or globs of them, that it may ask for; all of them by default.", ModelNames),
        new("certificate", "Common name of the certificate that the caller shows instead of a key, on a listener with tls.clientCa.", Text),
        new("team", "Its team: a name below teams. What the team may not do, it may not either.", Text),
        new("providers", "Names of the providers that may serve it; all of them by default.", ProviderNames),
        new("budget", "US dollars that it may spend in a span, such as 50/month, or a list of them.", Budget),
        new("limits", "What else it may use in a span.", Limits),
        new("expires", "When the key stops to work: a date such as 2026-12-31, or a time.", Time),
    ])
    { Name = "client" };

    private static readonly ObjectShape Team = new("a map such as { budget: 200/month }",
    [
        new("organization", "Its organisation: a name below organizations.", Text),
        new("models", "Model names, or globs of them, that its clients may ask for; all of them by default.", ModelNames),
        new("providers", "Names of the providers that may serve them; all of them by default.", ProviderNames),
        new("budget", "US dollars that all of them together may spend in a span, such as 200/month.", Budget),
        new("limits", "What else all of them together may use in a span.", Limits),
    ])
    { Name = "team", MayBeEmpty = true };

    private static readonly ObjectShape Organization = new("a map such as { budget: 1000/month }",
    [
        new("models", "Model names, or globs of them, that its teams may ask for; all of them by default.", ModelNames),
        new("providers", "Names of the providers that may serve them; all of them by default.", ProviderNames),
        new("budget", "US dollars that all of them together may spend in a span, such as 1000/month.", Budget),
        new("limits", "What else all of them together may use in a span.", Limits),
    ])
    { Name = "organization", MayBeEmpty = true };

    public static readonly MapShape Clients = new("a map of names to clients", Client);

    public static readonly MapShape Teams = new("a map of names to teams", Team);

    public static readonly MapShape Organizations = new("a map of names to organisations", Organization);

    private static FormsShape Allowed(LimitUnit unit, string expected = "an amount and a span, such as 1000/minute")
    {
        var one = new ScalarShape(expected + " (second, minute, hour, day or month)", "string", text => Allowance.Parse(unit, text) is null ? "" : null)
        {
            Pattern = "^[0-9]+(\\.[0-9]+)? */ *(second|minute|hour|day|month)$",
        };
        return new FormsShape(expected + ", or a list of them", [one, new ListShape(expected, one)]);
    }
}
