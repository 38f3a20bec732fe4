namespace Tollgate.Bench.Wire;

/// <summary>What a client asks the mock provider for; it says so by the name of the model.</summary>
internal enum AnswerShape
{
    /// <summary>About 600 bytes.</summary>
    Short,

    /// <summary>About 10 KB.</summary>
    Long,

    /// <summary>A stream of 50 events, as fast as it goes.</summary>
    Stream50,

    /// <summary>A stream of 500 events, as fast as it goes.</summary>
    Stream500,

    /// <summary>A stream of 50 events, 20 ms between them.</summary>
    Paced,
}

/// <summary>The names by which the shapes are asked for.</summary>
internal static class AnswerShapes
{
    /// <summary>Between two events of a paced stream.</summary>
    internal static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    internal static readonly AnswerShape[] All = Enum.GetValues<AnswerShape>();

    internal static string Model(this AnswerShape shape) => shape switch
    {
        AnswerShape.Short => Payload.Model,
        AnswerShape.Long => "bench-long",
        AnswerShape.Stream50 => "bench-s50",
        AnswerShape.Stream500 => "bench-s500",
        _ => "bench-paced",
    };

    internal static int Events(this AnswerShape shape) => shape switch
    {
        AnswerShape.Short or AnswerShape.Long => 0,
        AnswerShape.Stream500 => 500,
        _ => 50,
    };

    internal static bool IsStream(this AnswerShape shape) => shape.Events() > 0;
}
