using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Metering;

namespace Tollgate.Telemetry;

/// <summary>Takes what the operator wants to see of a request's headers. A header that is absent costs one look.</summary>
internal static class HeaderAttributes
{
    private const int Longest = 256;

    internal static void Read(IHeaderDictionary headers, TelemetryConfig config, RequestRecord record)
    {
        foreach (var (header, attribute) in config.RequestHeaders)
        {
            if (Value(headers, header) is { } value) record.Add(attribute, value);
        }

        if (!config.MetricHeaders.IsEmpty) record.Labels = Labels(headers, config.MetricHeaders);
    }

    /// <summary>All of them, absent ones too: series of one metric have the same labels.</summary>
    private static KeyValuePair<string, string?>[] Labels(IHeaderDictionary headers, ImmutableArray<KeyValuePair<string, string>> names)
    {
        var labels = new KeyValuePair<string, string?>[names.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = KeyValuePair.Create(names[i].Value, Value(headers, names[i].Key));
        return labels;
    }

    private static string? Value(IHeaderDictionary headers, string name)
    {
        if (!headers.TryGetValue(name, out var values) || values.Count == 0) return null;
        var value = values.ToString();
        return value.Length == 0 ? null : value.Length <= Longest ? value : value[..Longest];
    }
}
