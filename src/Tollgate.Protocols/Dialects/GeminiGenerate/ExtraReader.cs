using System.Runtime.InteropServices;
using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.GeminiGenerate;

/// <summary>
/// Keeps what a candidate holds beside what the form has words for, until it ends: chunks repeat it and add to it, and the last one counts.
/// What sources say is told as annotations as well, as far as they lead somewhere.
/// </summary>
internal sealed class ExtraReader
{
    private const string Dialect = "gemini.generate";

    private SortedDictionary<string, RawJson>? _found;

    /// <summary>The kind of traffic that an answer counts as, which its usage tells.</summary>
    public static ChatEvent? Traffic(JsonElement usage) => usage.TryMember("trafficType"u8, out var traffic) && traffic.ValueKind == JsonValueKind.String
        ? new AnswerExtra(Dialect, "trafficType", Raw(traffic)).OfAnswer()
        : null;

    /// <summary>The same of its text in quotes.</summary>
    public static ChatEvent Traffic(ReadOnlySpan<byte> type) => new AnswerExtra(Dialect, "trafficType", new RawJson(type.ToArray())).OfAnswer();

    /// <summary>Reads what a chunk says of the candidate.</summary>
    public void Read(JsonElement candidate)
    {
        if (candidate.TryMember("safetyRatings"u8, out var ratings) && ratings.ValueKind == JsonValueKind.Array && ratings.GetArrayLength() > 0) Keep("safetyRatings", ratings);
        if (candidate.TryObject("groundingMetadata"u8, out var grounding) && grounding.GetPropertyCount() > 0) Keep("groundingMetadata", grounding);
        if (candidate.TryObject("urlContextMetadata"u8, out var context) && context.GetPropertyCount() > 0) Keep("urlContextMetadata", context);
    }

    /// <summary>Tells all of it.</summary>
    public void Tell(int choice, ICollection<ChatEvent> events)
    {
        if (_found is null) return;
        foreach (var (name, json) in _found) events.Add(new AnswerExtra(Dialect, name, json).OfChoice(choice));
    }

    private void Keep(string name, JsonElement value) => (_found ??= new(StringComparer.Ordinal))[name] = Raw(value);

    private static RawJson Raw(JsonElement value) => new(JsonMarshal.GetRawUtf8Value(value).ToArray());
}
