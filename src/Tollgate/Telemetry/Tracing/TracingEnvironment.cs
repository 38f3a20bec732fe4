using Tollgate.Configuration;

namespace Tollgate.Telemetry.Tracing;

/// <summary>Reads the standard environment variables that say what spans look like.</summary>
internal static class TracingEnvironment
{
    internal const string Convention = "TOLLGATE_TRACING_SEMCONV";
    internal const string Capture = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
    internal const string HideInputs = "OPENINFERENCE_HIDE_INPUTS";
    internal const string HideOutputs = "OPENINFERENCE_HIDE_OUTPUTS";
    internal const string HideImages = "OPENINFERENCE_HIDE_INPUT_IMAGES";
    internal const string ImageLength = "OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH";
    internal const string ValueLength = "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT";

    // Each hides a part; whoever sets one wants less on the spans, never more.
    private static readonly string[] InputParts = ["OPENINFERENCE_HIDE_INPUT_MESSAGES", "OPENINFERENCE_HIDE_INPUT_TEXT", "OPENINFERENCE_HIDE_PROMPTS"];
    private static readonly string[] OutputParts = ["OPENINFERENCE_HIDE_OUTPUT_MESSAGES", "OPENINFERENCE_HIDE_OUTPUT_TEXT", "OPENINFERENCE_HIDE_CHOICES"];

    /// <exception cref="ConfigurationException">A variable holds what it may not.</exception>
    internal static TracingOptions Read(Func<string, string?> environment)
    {
        var reading = new Reading(environment);
        var options = reading.Options();
        return reading.Problems.Count == 0 ? options : throw new ConfigurationException(reading.Problems);
    }

    private sealed class Reading(Func<string, string?> environment)
    {
        internal List<ConfigProblem> Problems { get; } = [];

        internal TracingOptions Options()
        {
            var convention = ReadConvention();
            var captured = ReadCapture();
            var open = convention == TracingConvention.OpenInference;
            var options = new TracingOptions
            {
                Convention = convention,
                Inputs = open ? Shows(HideInputs, captured, InputParts) : captured,
                Outputs = open ? Shows(HideOutputs, captured, OutputParts) : captured,
                MaxContent = Number(ValueLength, TracingOptions.DefaultMaxContent),
                MaxMedia = Number(ImageLength, new TracingOptions().MaxMedia),
            };
            return options with { Media = options.Inputs && open && Flag(HideImages) != true };
        }

        private TracingConvention ReadConvention()
        {
            switch (Value(Convention))
            {
                case null or "gen_ai": return TracingConvention.GenAI;
                case "openinference": return TracingConvention.OpenInference;
                default:
                    Problem(Convention, "write gen_ai or openinference");
                    return default;
            }
        }

        /// <summary>OpenTelemetry's instrumentations know a flag and, newer, the places where content may go. Spans are the only place here.</summary>
        private bool ReadCapture()
        {
            switch (Value(Capture)?.ToUpperInvariant())
            {
                case null or "FALSE" or "NO_CONTENT" or "EVENT_ONLY": return false;
                case "TRUE" or "SPAN_ONLY" or "SPAN_AND_EVENT": return true;
                default:
                    Problem(Capture, "write true or false");
                    return false;
            }
        }

        /// <summary>
        /// OpenInference shows what nobody hides. A gateway sees the content of many users, so here somebody must have said
        /// <c>false</c>, or have switched the capture on.
        /// </summary>
        private bool Shows(string hides, bool captured, string[] parts) =>
            (Flag(hides) is { } hidden ? !hidden : captured) && !parts.Any(p => Flag(p) == true);

        private bool? Flag(string name)
        {
            switch (Value(name)?.ToUpperInvariant())
            {
                case null: return null;
                case "TRUE" or "1": return true;
                case "FALSE" or "0": return false;
                default:
                    Problem(name, "write true or false");
                    return null;
            }
        }

        private int Number(string name, int otherwise)
        {
            if (Value(name) is not { } text) return otherwise;
            if (int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number >= 0) return Math.Min(number, otherwise);
            Problem(name, "write a whole number of characters");
            return otherwise;
        }

        private string? Value(string name) => environment(name)?.Trim() is { Length: > 0 } value ? value : null;

        private void Problem(string name, string mend) => Problems.Add(new ConfigProblem(SourcePlace.Nowhere(name), $"'{Value(name)}' is not one of its values: {mend}"));
    }
}
