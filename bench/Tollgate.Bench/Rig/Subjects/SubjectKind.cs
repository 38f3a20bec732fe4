namespace Tollgate.Bench.Rig.Subjects;

/// <summary>What compiles the code of a subject while it runs, and so how long it must run before it is measured.</summary>
internal enum Machinery
{
    Native,
    DotNet,
    Node,
}

/// <summary>Something that can stand between client and provider.</summary>
internal abstract class SubjectKind
{
    internal abstract string Name { get; }

    internal abstract Machinery Machinery { get; }

    /// <summary>Null, or why it cannot be measured here.</summary>
    internal virtual string? Missing(Workshop workshop) => null;

    /// <summary>Installs what it needs, the first time, and writes its configuration.</summary>
    internal abstract Launch Prepare(Workshop workshop, int port);

    /// <summary>All that the rig knows, in the order in which they take their turns.</summary>
    internal static IReadOnlyList<SubjectKind> All { get; } =
    [
        new MockKind(),
        new NginxKind(),
        new HaproxyKind(),
        new YarpKind(),
        new TollgateKind("tollgate", TollgateConfigs.Bare),
        new TollgateKind("tollgate-anthropic", TollgateConfigs.To("anthropic")),
        new TollgateKind("tollgate-bedrock", TollgateConfigs.To("aws-bedrock")),
        new TollgateKind("tollgate-gemini", TollgateConfigs.To("gemini-native")),
        new AllOnKind(),
        new PortkeyKind(),
        new ClaudeCodeRouterKind(),
    ];
}

/// <summary>Their names.</summary>
internal static class Names
{
    internal const string Direct = "direct";
    internal const string Nginx = "nginx";
    internal const string Haproxy = "haproxy";
    internal const string Yarp = "yarp";
    internal const string Bare = "tollgate";
    internal const string Anthropic = "tollgate-anthropic";
    internal const string Bedrock = "tollgate-bedrock";
    internal const string Gemini = "tollgate-gemini";
    internal const string AllOn = "tollgate-all-on";
    internal const string Portkey = "portkey";
    internal const string ClaudeCodeRouter = "claude-code-router";

    /// <summary>What every scene needs for its ratios.</summary>
    internal static readonly string[] Core = [Direct, Nginx, Yarp, Bare];
    internal static readonly string[] Bytes = [Direct, Nginx, Haproxy, Yarp, Bare];
}
