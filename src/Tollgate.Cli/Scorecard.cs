using System.Globalization;
using System.Text.Json;
using Tollgate.Simulator.Drill;

namespace Tollgate.Cli;

/// <summary>Prints what a rehearsal gave.</summary>
internal static class Scorecard
{
    private const int LongestDetail = 110;

    internal static void Write(DrillReport report, TextWriter output)
    {
        foreach (var model in report.Results.GroupBy(r => r.Model, StringComparer.Ordinal))
        {
            output.WriteLine($"{model.Key}");
            foreach (var result in model)
            {
                output.WriteLine($"  {Mark(result.Verdict)}  {(result.Stream ? "stream" : "plain "),-6}  {result.Title,-44}  {Seconds(result.Elapsed),8}  {Story(result)}");
            }

            output.WriteLine();
        }

        output.WriteLine($"What callers would have seen: {report.Count(DrillVerdict.Whole)} whole answers, {report.Count(DrillVerdict.Error)} clear errors, {report.Count(DrillVerdict.Broken)} broken answers.");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Times are the configuration's own; the rehearsal ran {report.Speed:0.#} times as fast. Nothing left this machine."));
    }

    internal static void WriteJson(DrillReport report, Stream output)
    {
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        writer.WriteStartObject();
        writer.WriteNumber("whole"u8, report.Count(DrillVerdict.Whole));
        writer.WriteNumber("error"u8, report.Count(DrillVerdict.Error));
        writer.WriteNumber("broken"u8, report.Count(DrillVerdict.Broken));
        writer.WriteStartArray("results"u8);
        foreach (var result in report.Results) Write(writer, result);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, DrillResult result)
    {
        writer.WriteStartObject();
        writer.WriteString("model"u8, result.Model);
        writer.WriteString("fault"u8, result.Scenario);
        writer.WriteString("title"u8, result.Title);
        writer.WriteBoolean("stream"u8, result.Stream);
        writer.WriteString("verdict"u8, Word(result.Verdict));
        writer.WriteString("detail"u8, result.Detail);
        writer.WriteNumber("seconds"u8, Math.Round(result.Elapsed.TotalSeconds, 3));
        if (result.Returned is { } returned) writer.WriteNumber("returnedAfterSeconds"u8, Math.Round(returned.TotalSeconds, 3));
        writer.WriteStartArray("tries"u8);
        foreach (var provider in result.Tries) writer.WriteStringValue(provider);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    /// <summary>Who was asked how often, in the order of the first time, and what came of it.</summary>
    private static string Story(DrillResult result)
    {
        var tries = string.Join(", ", result.Tries.GroupBy(t => t, StringComparer.Ordinal).Select(g => g.Count() == 1 ? g.Key : $"{g.Key} ×{g.Count()}"));
        var back = result.Returned is { } returned ? $"; back after {Seconds(returned)}" : "";
        return result.Detail.Length == 0 ? tries + back : $"{tries}{back}: {Shorten(result.Detail)}";
    }

    private static string Shorten(string text) => text.Length <= LongestDetail ? text : text[..LongestDetail] + "…";

    private static string Mark(DrillVerdict verdict) => verdict switch
    {
        DrillVerdict.Whole => "whole ",
        DrillVerdict.Error => "error ",
        _ => "BROKEN",
    };

    private static string Word(DrillVerdict verdict) => verdict switch
    {
        DrillVerdict.Whole => "whole",
        DrillVerdict.Error => "error",
        _ => "broken",
    };

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s");
}
