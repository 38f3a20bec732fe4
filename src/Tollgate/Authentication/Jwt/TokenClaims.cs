using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Tollgate.Configuration;

namespace Tollgate.Authentication.Jwt;

/// <summary>What a token says of its bearer.</summary>
internal sealed class TokenClaims : IDisposable
{
    private const int MostClaims = 64;
    private const int LongestValue = 256;

    private static readonly char[] Separators = [' ', ','];

    private readonly JsonDocument _payload;

    /// <exception cref="JsonException">It is not JSON.</exception>
    internal TokenClaims(ReadOnlyMemory<byte> payload) => _payload = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = 16 });

    /// <summary>The text of a claim, or null when it is not there or is no single value.</summary>
    internal string? Text(string name) => Find(name) is { } value ? Scalar(value) : null;

    /// <summary>The values of a claim: a list, or a text with spaces or commas between them. Null when it is not there.</summary>
    internal ImmutableArray<string>? Values(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(Scalar).OfType<string>()],
        { ValueKind: JsonValueKind.String } text => [.. text.GetString()!.Split(Separators, StringSplitOptions.RemoveEmptyEntries)],
        _ => null,
    };

    /// <summary>True when the claim is the value, or has it among its values.</summary>
    internal bool Has(string name, string value) => Text(name) == value || Values(name)?.Contains(value, StringComparer.Ordinal) == true;

    /// <summary>Single values by their claims' names, for limits and logs.</summary>
    internal FrozenDictionary<string, string> Flat() => _payload.RootElement.EnumerateObject()
        .Where(p => Scalar(p.Value) is { Length: <= LongestValue })
        .DistinctBy(p => p.Name, StringComparer.Ordinal)
        .Take(MostClaims)
        .ToFrozenDictionary(p => p.Name, p => Scalar(p.Value)!, StringComparer.Ordinal);

    /// <summary>What the configuration's names lead to; with what is missing instead when one of them is not there.</summary>
    internal (Caller? Caller, string? Missing) Read(ClaimNames names)
    {
        var models = names.Models is { } list ? Values(list) : [];
        if (Text(names.Client) is not { Length: > 0 } client) return (null, names.Client);
        if (names.Team is { } team && Text(team) is null) return (null, team);
        if (names.Organization is { } organization && Text(organization) is null) return (null, organization);
        return models is not { } allowed || (names.Models is not null && allowed.IsEmpty) ? (null, names.Models) : (new Caller(client) { Models = allowed, Claims = Flat() }, null);
    }

    public void Dispose() => _payload.Dispose();

    // Names such as https://my.org/team hold dots themselves, so the whole name comes first.
    private JsonElement? Find(string name)
    {
        var root = _payload.RootElement;
        if (root.ValueKind != JsonValueKind.Object) return null;
        if (root.TryGetProperty(name, out var whole)) return whole;
        var at = root;
        foreach (var part in name.Split('.'))
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(part, out at)) return null;
        }

        return at;
    }

    private static string? Scalar(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => null,
    };
}
