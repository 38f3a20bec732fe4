using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Configuration.Values;

namespace Tollgate.Admin;

/// <summary>Reads the members of a body one by one and gathers what is wrong with them. A member that nobody asked for is wrong, too.</summary>
internal sealed class FieldReader : IDisposable
{
    private const int LongestBody = 64 * 1024;
    private const int LongestText = 256;
    private const int MostTexts = 200;

    private readonly JsonDocument _body;
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    private FieldReader(JsonDocument body) => _body = body;

    internal List<FieldFault> Faults { get; } = [];

    /// <summary>The body of a request; a problem instead when it is no JSON object. An empty body is an empty object.</summary>
    internal static async Task<(FieldReader? Fields, AdminProblem? Problem)> ReadAsync(HttpContext context)
    {
        var buffer = new byte[LongestBody + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, context.RequestAborted).ConfigureAwait(false);
        if (length > LongestBody) return (null, new AdminProblem(StatusCodes.Status413PayloadTooLarge, "too_large", $"the body is larger than {LongestBody} bytes"));
        try
        {
            var body = JsonDocument.Parse(length == 0 ? "{}"u8.ToArray() : buffer.AsMemory(0, length), new JsonDocumentOptions { MaxDepth = 8, AllowDuplicateProperties = false });
            if (body.RootElement.ValueKind == JsonValueKind.Object) return (new FieldReader(body), null);
            body.Dispose();
        }
        catch (JsonException)
        {
            // Answered below: the text of the exception could quote the body.
        }

        return (null, new AdminProblem(StatusCodes.Status400BadRequest, "malformed", "the body must be a JSON object, each member once"));
    }

    internal bool Has(string name)
    {
        _known.Add(name);
        return _body.RootElement.TryGetProperty(name, out _);
    }

    internal void Fault(string field, string detail) => Faults.Add(new FieldFault(field, detail));

    /// <summary>A text; <paramref name="current"/> when it is not there, null when it is null.</summary>
    internal string? Text(string name, string? current)
    {
        if (!Has(name)) return current;
        var value = _body.RootElement.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == JsonValueKind.String && IsText(value.GetString()!)) return value.GetString();
        Fault(name, $"must be a text of 1 to {LongestText} characters without control characters, or null");
        return current;
    }

    /// <summary>A list of texts; empty when it is null.</summary>
    internal ImmutableArray<string> Texts(string name, ImmutableArray<string> current)
    {
        if (!Has(name)) return current;
        var value = _body.RootElement.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Null) return [];
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is > 0 and <= MostTexts && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.String && IsText(v.GetString()!)))
        {
            return [.. value.EnumerateArray().Select(v => v.GetString()!)];
        }

        Fault(name, $"must be a list of 1 to {MostTexts} names, or null for all");
        return current;
    }

    internal bool Flag(string name, bool current)
    {
        if (!Has(name)) return current;
        var value = _body.RootElement.GetProperty(name);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Fault(name, "must be true or false");
        return current;
    }

    /// <summary>A time to come, or how long from now.</summary>
    internal DateTimeOffset? Time(string name, DateTimeOffset? current, DateTimeOffset now)
    {
        if (!Has(name)) return current;
        var value = _body.RootElement.GetProperty(name);
        if (value.ValueKind == JsonValueKind.Null) return null;
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        var time = TimeText.Parse(text) ?? (LifetimeText.Parse(text) is { } span ? now + span : null);
        if (time > now) return time;
        Fault(name, "must be a time to come, such as 2030-12-31 or 2030-12-31T12:00:00Z, or how long from now, such as 90d or 12h, or null for never");
        return current;
    }

    /// <summary>A span of time of at most <paramref name="most"/>; nothing when it is not there.</summary>
    internal TimeSpan Duration(string name, TimeSpan most)
    {
        if (!Has(name)) return TimeSpan.Zero;
        var value = _body.RootElement.GetProperty(name);
        if (value.ValueKind == JsonValueKind.String && LifetimeText.Parse(value.GetString()!) is { } span && span <= most) return span;
        Fault(name, $"must be a duration such as 24h, at most {most.TotalDays:0} days");
        return TimeSpan.Zero;
    }

    /// <summary>Members <c>budget</c> and <c>limits</c>: texts such as <c>50/month</c>, or lists of them.</summary>
    internal ImmutableArray<Allowance> Allowances(ImmutableArray<Allowance> current)
    {
        List<Allowance> result = [.. current.Where(a => !Has(a.Unit == LimitUnit.Money ? "budget" : "limits"))];
        if (Has("budget")) Add(result, LimitUnit.Money, _body.RootElement.GetProperty("budget"), "budget");
        if (!Has("limits") || _body.RootElement.GetProperty("limits") is { ValueKind: JsonValueKind.Null }) return [.. result];
        var limits = _body.RootElement.GetProperty("limits");
        if (limits.ValueKind != JsonValueKind.Object)
        {
            Fault("limits", "must be an object such as {\"requests\":\"60/minute\"}, or null");
            return current;
        }

        foreach (var limit in limits.EnumerateObject())
        {
            var unit = AllowanceUnits.Counted.FirstOrDefault(u => u.Word == limit.Name);
            if (unit.Word is null) Fault("limits." + limit.Name, $"is not known: write one of {string.Join(", ", AllowanceUnits.Counted.Select(u => u.Word))}");
            else Add(result, unit.Unit, limit.Value, "limits." + limit.Name);
        }

        return [.. result];
    }

    /// <summary>The problem of all that is wrong, or null. Call it after every member was asked for.</summary>
    internal AdminProblem? Complaint()
    {
        foreach (var member in _body.RootElement.EnumerateObject().Where(m => !_known.Contains(m.Name)))
        {
            Fault(member.Name, $"is not known: write one of {string.Join(", ", _known.Order(StringComparer.Ordinal))}");
        }

        return Faults.Count == 0 ? null : AdminProblem.Invalid(Faults);
    }

    public void Dispose() => _body.Dispose();

    private void Add(List<Allowance> result, LimitUnit unit, JsonElement value, string name)
    {
        if (value.ValueKind == JsonValueKind.Null) return;
        IEnumerable<JsonElement> items = value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [value];
        foreach (var item in items)
        {
            if (item.ValueKind != JsonValueKind.String || Allowance.Parse(unit, item.GetString()!) is not { } allowance) Fault(name, "must be an amount and a span such as 50/month (second, minute, hour, day or month), a list of them, or null");
            else if (result.Exists(a => a.Unit == unit && a.Per == allowance.Per)) Fault(name, $"has two amounts for one {allowance.Per.ToString().ToLowerInvariant()}: keep the smaller one");
            else result.Add(allowance);
        }
    }

    private static bool IsText(string text) => text.Length is > 0 and <= LongestText && !text.Any(char.IsControl);
}
