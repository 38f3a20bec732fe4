namespace Tollgate.Configuration.Values;

/// <summary>What counters are kept by, as it is written.</summary>
internal static class LimitKeyText
{
    public const string Expected = "one of client, key, team, organization, model, provider, ip, header:NAME, claim:NAME";

    public const string Pattern = "^(client|key|team|organization|model|provider|ip|header:.+|claim:.+)$";

    private const string Header = "header:";
    private const string Claim = "claim:";

    public static LimitKey? Parse(string text) => text switch
    {
        "client" => new LimitKey(LimitSubject.Client),
        "key" => new LimitKey(LimitSubject.Key),
        "team" => new LimitKey(LimitSubject.Team),
        "organization" => new LimitKey(LimitSubject.Organization),
        "model" => new LimitKey(LimitSubject.Model),
        "provider" => new LimitKey(LimitSubject.Provider),
        "ip" => new LimitKey(LimitSubject.Ip),
        _ when text.StartsWith(Header, StringComparison.Ordinal) && text.Length > Header.Length => new LimitKey(LimitSubject.Header, text[Header.Length..].Trim()),
        _ when text.StartsWith(Claim, StringComparison.Ordinal) && text.Length > Claim.Length => new LimitKey(LimitSubject.Claim, text[Claim.Length..].Trim()),
        _ => null,
    };

    public static string Write(LimitKey key) => key.Subject switch
    {
        LimitSubject.Header => Header + key.Name,
        LimitSubject.Claim => Claim + key.Name,
        _ => key.Subject.ToString().ToLowerInvariant(),
    };
}
