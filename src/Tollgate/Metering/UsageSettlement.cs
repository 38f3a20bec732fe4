using System.Text.Json;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;

namespace Tollgate.Metering;

/// <summary>
/// Completes the usage of a stream that ended before its provider said what it used: what was seen counts, the rest is estimated from the
/// size of the texts and marked as an estimate. Without it, a client that leaves early, or a stream that breaks, would have been free.
/// </summary>
internal static class UsageSettlement
{
    // English text has about four bytes a token; this is what providers' own rules of thumb say.
    private const int BytesPerToken = 4;

    // A string this long without a space is data: an image, a sound, a document. Their tokens depend on what they show.
    private const int LongestText = 2048;
    private const int TokensOfData = 1000;

    /// <summary>Tokens of one step of an answer, by its size.</summary>
    public static long Estimate(in ChatEvent step) => step.Kind switch
    {
        ChatEventKind.Text or ChatEventKind.Refusal or ChatEventKind.Reasoning or ChatEventKind.Arguments => Math.Max(1, ((step.Text?.Length ?? 0) + BytesPerToken - 1) / BytesPerToken),
        ChatEventKind.ToolCall => 1,
        _ => 0,
    };

    /// <summary>Settles what is open, at the end of a request.</summary>
    /// <param name="record">What is known of it.</param>
    /// <param name="body">The client's JSON request, for an input that nobody counted.</param>
    public static void Complete(RequestRecord record, ReadOnlySpan<byte> body)
    {
        if (IsComplete(record)) record.UsageEstimated = false;
        else (record.Usage, record.UsageEstimated) = Completed(record, body);
    }

    /// <summary>The usage of the call at hand, and whether some of it is an estimate.</summary>
    public static (TokenUsage Usage, bool IsEstimated) Completed(RequestRecord record, ReadOnlySpan<byte> body)
    {
        var usage = record.Usage;
        if (IsComplete(record)) return (usage, false);

        usage.Output = Math.Max(usage.Output ?? 0, record.EstimatedOutput);
        usage.Input ??= EstimateInput(body);
        return (usage, true);
    }

    private static bool IsComplete(RequestRecord record) =>
        !record.Stream || record.EstimatedOutput == 0 || (record.AnswerFinished && record.Used.Output is not null);

    /// <summary>Tokens of a request's texts, by their size; data such as images by a flat number each.</summary>
    public static long EstimateInput(ReadOnlySpan<byte> body)
    {
        var (bytes, tokens) = (0L, 0L);
        var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 512 });
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.String) continue;
                if (reader.ValueSpan.Length > LongestText && !reader.ValueSpan.Contains((byte)' ')) tokens += TokensOfData;
                else bytes += reader.ValueSpan.Length;
            }
        }
        catch (JsonException)
        {
            // The provider took it; what could be read counts.
        }

        return tokens + ((bytes + BytesPerToken - 1) / BytesPerToken);
    }
}
