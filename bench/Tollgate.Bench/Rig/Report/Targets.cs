using Tollgate.Bench.Rig.Scenes;
using static Tollgate.Bench.Rig.Subjects.Names;

namespace Tollgate.Bench.Rig.Report;

/// <summary>All thresholds. CPU is that of the process for a request; it survives a machine that is shared.</summary>
internal static class Targets
{
    internal static IReadOnlyList<Target> All { get; } =
    [
        Cpu("relay 1 KB, c=16: CPU against nginx", 1.9, 1.5, "unary-c16", Nginx),
        Cpu("… against minimal YARP", 0.7, 0.55, "unary-c16", Yarp),
        new("… how many times less than Portkey", 45, 70, "×", f => f.Ratio("unary-c16", Portkey, Bare, Figure.Cpu)) { AtLeast = true },
        new("… requests a second against nginx", 0.7, 0.8, "×", f => f.Ratio("unary-c16", Bare, Nginx, Figure.Rate)) { AtLeast = true },
        Cpu("relay 32 KB, c=16: CPU against YARP", 1.05, 0.8, "body-32k-c16", Yarp),
        Cpu("relay 256 KB, c=16: CPU against nginx", 2.5, 1.5, "body-256k-c16", Nginx),
        Cpu("relay 1 MB, c=16: CPU against nginx", 2.5, 1.5, "body-1m-c16", Nginx),
        Cpu("256 paced streams: CPU against nginx", 1.4, 1.2, "paced-c256", Nginx),
        .. Translated("Anthropic", Anthropic),
        .. Translated("Bedrock", Bedrock),
        .. Translated("Gemini", Gemini),
        new("all features on against bare, 1 KB, c=16: CPU", 1.25, 1.15, "×", f => f.Ratio("unary-c16", AllOn, Bare, Figure.Cpu)),
        new("all features on against bare, streams, c=16: CPU", 1.25, 1.15, "×", f => f.Ratio("stream-50-c16", AllOn, Bare, Figure.Cpu)),
        new("p50 added at c=1, against nginx's", 2.5, 1.3, "×", f => f.AddedRatio("unary-c1", Bare, Nginx, Figure.P50)),
        new("p99 at half of nginx's most, against nginx's", 3, 1.5, "×", f => f.Ratio("rate-half", Bare, Nginx, Figure.P99)),
        new("time to first token added, p50, 16 paced streams", 1, 0.4, " ms", f => f.Added("paced-c16", Bare, Figure.First50)?.Times(0.001)),
        new("time to first token added, p50, 256 paced streams", 1, 0.4, " ms", f => f.Added("paced-c256", Bare, Figure.First50)?.Times(0.001)),
        new("time to first token added, p99, 256 paced streams", 20, 10, " ms", f => f.Added("paced-c256", Bare, Figure.First99)?.Times(0.001)),
        new("allocated for a relayed request", 3072, 1024, " B", f => f.Of("unary-c16", Bare, Figure.Allocated)),
        new("allocated for a relayed stream of 50", 3072, 1024, " B", f => f.Of("stream-50-c16", Bare, Figure.Allocated)),
        new("PSS idle", 80, 50, " MB", f => f.Of("memory", Bare, Figure.PssIdle)),
        new("PSS under load, c=256", 160, 100, " MB", f => f.Of("memory", Bare, Figure.PssLoad)),
        new("PSS after load, of that when idle", 1.2, 1.1, "×", f => f.Within("memory", Bare, Figure.PssAfter, Figure.PssIdle)),
        new("PSS after load, of that when idle, published single file", 1.2, 1.1, "×", f => f.Within("memory", SceneList.Published, Figure.PssAfter, Figure.PssIdle)),
        new("start of the published single file to the first answer", 350, 200, " ms", f => f.Of("start", SceneList.Published, Figure.Start)),
        new("small streams' p99 beside uploads of 1 MB, of their own", 2, 1.2, "×", f => f.Within("beside", Bare, Figure.P99Beside, Figure.P99)),
    ];

    private static Target Cpu(string title, double must, double aim, string scene, string to) =>
        new(title, must, aim, "×", f => f.Ratio(scene, Bare, to, Figure.Cpu));

    private static Target[] Translated(string title, string subject) =>
    [
        new($"translate to {title} against relay, 1 KB, c=16: CPU", 2, 1.5, "×", f => f.Ratio("unary-c16", subject, Bare, Figure.Cpu)),
        new($"translate to {title} against relay, streams, c=16: CPU", 2, 1.5, "×", f => f.Ratio("stream-50-c16", subject, Bare, Figure.Cpu)),
    ];
}
