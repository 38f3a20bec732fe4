namespace Tollgate.Bench.Rig;

/// <summary>One figure that one round of a scene gave for one subject. Rounds of different runs never have the same number.</summary>
internal sealed record Sample(string Scene, string Subject, int Round, string Figure, double Value);

/// <summary>The names of the figures.</summary>
internal static class Figure
{
    /// <summary>Answers a second.</summary>
    internal const string Rate = "per_second";

    /// <summary>Seconds of CPU of the subject's process for 10,000 answers.</summary>
    internal const string Cpu = "cpu_s_per_10k";

    /// <summary>The same of load and mock provider together: what the subject shares the processors with.</summary>
    internal const string OthersCpu = "others_cpu_s_per_10k";

    /// <summary>Microseconds until an answer was whole.</summary>
    internal const string P50 = "p50_us";
    internal const string P99 = "p99_us";
    internal const string P999 = "p999_us";

    /// <summary>Microseconds until the first byte of its body.</summary>
    internal const string First50 = "first_p50_us";
    internal const string First99 = "first_p99_us";

    /// <summary>Bytes of the managed heap for an answer.</summary>
    internal const string Allocated = "allocated_b";

    /// <summary>Answers a second that were asked for.</summary>
    internal const string Asked = "asked_per_second";

    /// <summary>Microseconds until small streams were whole while large bodies were uploaded.</summary>
    internal const string P99Beside = "p99_beside_us";

    /// <summary>Milliseconds from the start of the process to the first answer.</summary>
    internal const string Start = "start_ms";

    /// <summary>Proportional and resident memory, in megabytes.</summary>
    internal const string PssIdle = "pss_idle_mb";
    internal const string PssLoad = "pss_load_mb";
    internal const string PssAfter = "pss_after_mb";
    internal const string RssIdle = "rss_idle_mb";
    internal const string RssLoad = "rss_load_mb";
    internal const string RssAfter = "rss_after_mb";
}
