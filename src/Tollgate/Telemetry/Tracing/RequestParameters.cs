using System.Diagnostics;
using System.Text.Json;

namespace Tollgate.Telemetry.Tracing;

/// <summary>How a model is asked, from the top of a request's body, whichever dialect it is in: never what it is asked.</summary>
internal static class RequestParameters
{
    private const int MostStops = 16;

    /// <summary>Sets <c>gen_ai.request.*</c> and what belongs to it.</summary>
    internal static void Write(Activity span, ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        if (body.IsEmpty || !reader.Read() || reader.TokenType != JsonTokenType.StartObject) return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (attribute, kind) = Attribute(ref reader);
            reader.Read();
            if (attribute is not null) Write(span, attribute, kind, ref reader);
            reader.Skip();
        }
    }

    private static (string? Attribute, Kind Kind) Attribute(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("temperature"u8)) return ("gen_ai.request.temperature", Kind.Fraction);
        if (reader.ValueTextEquals("top_p"u8)) return ("gen_ai.request.top_p", Kind.Fraction);
        if (reader.ValueTextEquals("top_k"u8)) return ("gen_ai.request.top_k", Kind.Fraction);
        if (reader.ValueTextEquals("frequency_penalty"u8)) return ("gen_ai.request.frequency_penalty", Kind.Fraction);
        if (reader.ValueTextEquals("presence_penalty"u8)) return ("gen_ai.request.presence_penalty", Kind.Fraction);
        if (IsMaxTokens(ref reader)) return ("gen_ai.request.max_tokens", Kind.Whole);
        if (reader.ValueTextEquals("seed"u8)) return ("gen_ai.request.seed", Kind.Whole);
        if (reader.ValueTextEquals("n"u8)) return ("gen_ai.request.choice.count", Kind.Several);
        if (reader.ValueTextEquals("stream"u8)) return ("gen_ai.request.stream", Kind.Flag);
        if (reader.ValueTextEquals("dimensions"u8)) return ("gen_ai.embeddings.dimension.count", Kind.Whole);
        if (reader.ValueTextEquals("encoding_format"u8)) return ("gen_ai.request.encoding_formats", Kind.Texts);
        if (reader.ValueTextEquals("stop"u8) || reader.ValueTextEquals("stop_sequences"u8)) return ("gen_ai.request.stop_sequences", Kind.Texts);
        return reader.ValueTextEquals("response_format"u8) ? ("gen_ai.output.type", Kind.Format) : default;
    }

    private static bool IsMaxTokens(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("max_tokens"u8) || reader.ValueTextEquals("max_completion_tokens"u8) || reader.ValueTextEquals("max_output_tokens"u8);

    private static void Write(Activity span, string attribute, Kind kind, ref Utf8JsonReader reader)
    {
        switch (kind)
        {
            case Kind.Fraction when reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var fraction):
                span.SetTag(attribute, fraction);
                break;
            case Kind.Whole when reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var whole):
                span.SetTag(attribute, Boxed.Of(whole));
                break;
            case Kind.Several when reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var count) && count != 1:
                span.SetTag(attribute, Boxed.Of(count));
                break;
            case Kind.Flag when reader.TokenType == JsonTokenType.True:
                span.SetTag(attribute, Boxed.Of(true));
                break;
            case Kind.Texts when Texts(ref reader) is { Length: > 0 } texts:
                span.SetTag(attribute, texts);
                break;
            case Kind.Format when Format(ref reader) is { } format:
                span.SetTag(attribute, format);
                break;
            default:
                break; // the provider says what is wrong with it
        }
    }

    private static string[] Texts(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String) return [Text(ref reader)];
        if (reader.TokenType != JsonTokenType.StartArray) return [];
        var texts = new List<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            if (texts.Count < MostStops) texts.Add(Text(ref reader));
        }

        while (reader.TokenType != JsonTokenType.EndArray)
        {
            reader.Skip();
            reader.Read();
        }

        return [.. texts];
    }

    /// <summary>Chat's <c>{ "type": "json_schema" }</c>; audio and images have a word of their own there, which is no type of output.</summary>
    private static string? Format(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject) return null;
        string? format = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String) format = reader.ValueTextEquals("text"u8) ? "text" : "json";
            reader.Skip();
        }

        return format;
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        try
        {
            return RequestTrace.Bounded(reader.GetString()!);
        }
        catch (InvalidOperationException)
        {
            return "\uFFFD"; // half a surrogate pair: valid JSON, but no text
        }
    }

    private enum Kind
    {
        None,
        Fraction,
        Whole,
        Several,
        Flag,
        Texts,
        Format,
    }
}
