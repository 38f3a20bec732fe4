using Tollgate.Bench.Rig.Subjects;
using Tollgate.Bench.Wire;
using static Tollgate.Bench.Rig.Subjects.Names;

namespace Tollgate.Bench.Rig.Scenes;

/// <summary>All that can be measured. A part of a name chooses several: <c>unary</c>, <c>c16</c>, <c>stream</c>.</summary>
internal static class SceneList
{
    internal const string Published = "tollgate-published";

    private static readonly string[] WithAllOn = [.. Bytes, AllOn];

    internal static IReadOnlyList<OnceScene> Once { get; } =
    [
        new StartScene { Name = "start", Subjects = [Nginx, Haproxy, Yarp, Bare, Published, AllOn, Portkey, ClaudeCodeRouter] },
        new MemoryScene { Name = "memory", Subjects = [Nginx, Haproxy, Yarp, Bare, Published, AllOn, Portkey, ClaudeCodeRouter] },
    ];

    internal static IReadOnlyList<Scene> Rounds { get; } =
    [
        Closed("unary-c1", "1 KB, c=1", 1, [.. WithAllOn, Portkey]),
        Closed("unary-c16", "1 KB, c=16", 16, [.. Bytes, Anthropic, Bedrock, Gemini, AllOn, Portkey, ClaudeCodeRouter]),
        Closed("unary-c64", "1 KB, c=64", 64, Bytes),
        Closed("unary-c256", "1 KB, c=256", 256, Bytes),
        new ClosedScene { Name = "sdk-c16", Title = "1 KB, headers of an SDK, c=16", Concurrency = 16, ClientHeaders = true, Subjects = [Nginx, Yarp, Bare] },
        new ClosedScene { Name = "long-c16", Title = "1 KB, answer of 10 KB, c=16", Concurrency = 16, Shape = AnswerShape.Long, Subjects = Core },
        Body("body-32k-c16", "32 KB, c=16", 32, [.. Bytes, Portkey, ClaudeCodeRouter]),
        Body("body-256k-c16", "256 KB, c=16", 256, Core),
        Body("body-1m-c16", "1 MB, c=16", 1024, Core),
        Stream("stream-50-c1", "stream of 50, c=1", 1, AnswerShape.Stream50, Core),
        Stream("stream-50-c16", "stream of 50, c=16", 16, AnswerShape.Stream50, [.. Bytes, Anthropic, Bedrock, Gemini, AllOn, Portkey, ClaudeCodeRouter]),
        Stream("stream-50-c64", "stream of 50, c=64", 64, AnswerShape.Stream50, Core),
        Stream("stream-500-c16", "stream of 500, c=16", 16, AnswerShape.Stream500, [.. Core, Anthropic, Bedrock, Gemini]),
        new PacedScene { Name = "paced-c16", Title = "paced stream of 50, c=16", Concurrency = 16, Subjects = [.. WithAllOn, Portkey] },
        new PacedScene { Name = "paced-c256", Title = "paced stream of 50, c=256", Concurrency = 256, Subjects = [.. WithAllOn, Portkey] },
        new RateScene { Name = "rate-quarter", Title = "1 KB, a quarter of nginx's most", Share = 0.25, Subjects = Core },
        new RateScene { Name = "rate-half", Title = "1 KB, half of nginx's most", Share = 0.5, Subjects = WithAllOn },
        new BesideScene { Name = "beside", Title = "small streams beside uploads of 1 MB", Subjects = [Nginx, Haproxy, Yarp, Bare, AllOn] },
    ];

    /// <summary>True for no choice at all, and for a name with one of these parts.</summary>
    internal static bool Chosen(string name, IReadOnlyList<string> parts) => parts.Count == 0 || parts.Any(p => name.Contains(p, StringComparison.OrdinalIgnoreCase));

    private static ClosedScene Closed(string name, string title, int concurrency, string[] subjects) =>
        new() { Name = name, Title = title, Concurrency = concurrency, Subjects = subjects };

    private static ClosedScene Body(string name, string title, int kilobytes, string[] subjects) =>
        new() { Name = name, Title = title, Concurrency = 16, BodyLength = kilobytes * 1024, Subjects = subjects };

    private static ClosedScene Stream(string name, string title, int concurrency, AnswerShape shape, string[] subjects) =>
        new() { Name = name, Title = title, Concurrency = concurrency, Shape = shape, Subjects = subjects };
}
