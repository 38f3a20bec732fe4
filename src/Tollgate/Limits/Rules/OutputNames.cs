using System.Buffers.Text;
using Tollgate.Configuration;
using Tollgate.Pipeline;
using Tollgate.Protocols.Json;

namespace Tollgate.Limits.Rules;

/// <summary>
/// Where the body of a request says how much output it wants at most: <c>max_tokens</c> (OpenAI, Anthropic), <c>max_completion_tokens</c>
/// (OpenAI's chat), <c>max_output_tokens</c> (OpenAI's responses), each <c>n</c> times. They are found in the pass that finds the model.
/// </summary>
internal sealed class OutputNames(JsonNames names)
{
    private const int MostAnswers = 128;

    private static readonly string[] Limits = ["max_tokens", "max_completion_tokens", "max_output_tokens"];
    private static readonly string[] Counts = ["n"];

    private readonly int[] _limits = [.. Limits.Select(names.IndexOf).Where(i => i >= 0)];
    private readonly int[] _counts = [.. Counts.Select(names.IndexOf).Where(i => i >= 0)];

    /// <summary>Names to look for; none where nobody can be limited, so that requests pay nothing.</summary>
    /// <param name="config">What was written.</param>
    /// <param name="callersBringLimits">True: keys made at run time and tokens can bring limits of their own.</param>
    internal static IEnumerable<string> Of(GatewayConfig config, bool callersBringLimits) =>
        config.Limits.IsEmpty && config.Clients.IsEmpty && !callersBringLimits ? [] : Limits.Concat(Counts);

    /// <summary>The most that the request wants; null when it does not say.</summary>
    internal long? Most(GatewayRequest request) => Read(request, _limits) is { } most ? most * Answers(request) : null;

    /// <summary>How many answers, or images, it wants.</summary>
    internal long Answers(GatewayRequest request) => Math.Clamp(Read(request, _counts) ?? 1, 1, MostAnswers);

    private static long? Read(GatewayRequest request, int[] names)
    {
        long? most = null;
        foreach (var name in names)
        {
            var member = request.Member(name);
            if (!member.Exists || !Utf8Parser.TryParse(member.Value(request.Body.Span), out long value, out _) || value <= 0) continue;
            if (!(most >= value)) most = Math.Min(value, int.MaxValue);
        }

        return most;
    }
}
