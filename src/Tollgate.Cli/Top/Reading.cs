using System.Text.Json;

namespace Tollgate.Cli.Top;

/// <summary>What the gateway told of itself at one moment.</summary>
/// <param name="At">When, on the reader's clock.</param>
/// <param name="Samples">Its metrics.</param>
/// <param name="Backends">Its backends and how they are.</param>
internal sealed record Reading(TimeSpan At, IReadOnlyList<Sample> Samples, IReadOnlyList<BackendReading> Backends)
{
    /// <summary>The fullest limits and budgets, fullest first.</summary>
    internal IReadOnlyList<LimitReading> Limits { get; init; } = [];

    /// <summary>The sum of a metric over all series that fit.</summary>
    internal double Sum(string name, Func<Sample, bool>? fits = null) =>
        Samples.Where(s => s.Name == name && (fits is null || fits(s))).Sum(s => s.Value);
}

/// <summary>One line of <c>/backends</c>.</summary>
internal sealed record BackendReading(string Provider, string Model, string State, int InFlight, long Ejections, double ReturnsIn, string LastError)
{
    internal static IReadOnlyList<BackendReading> ReadAll(JsonElement document) =>
        [.. document.GetProperty("backends").EnumerateArray().Select(Read)];

    private static BackendReading Read(JsonElement backend) => new(
        Text(backend, "provider"),
        Text(backend, "model"),
        Text(backend, "state"),
        (int)Number(backend, "in_flight"),
        (long)Number(backend, "ejections"),
        Number(backend, "returns_in_seconds"),
        Text(backend, "last_error"));

    private static string Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() ?? "" : "";

    private static double Number(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
}
