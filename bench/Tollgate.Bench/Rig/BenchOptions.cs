using System.Globalization;
using Tollgate.Bench.Rig.Subjects;

namespace Tollgate.Bench.Rig;

/// <summary>What <c>./dev bench</c> was asked for.</summary>
internal sealed record BenchOptions
{
    internal const string Usage = """
        ./dev bench [--rounds N] [--seconds S] [--only SUBJECTS] [--scenes SCENES] [--shared] [--published FILE] [--json FILE] [--docs]
        ./dev bench --report FILE...     tables and charts of docs/performance.md, from the JSON of one run or several parts
        ./dev bench --smoke              counters alone, which need no quiet machine: allocations and writes for a request
        ./dev bench --list               the subjects and scenes
          --rounds N        rounds in which the subjects take turns (3)
          --seconds S       of each measurement (1)
          --only A,B        subjects by name
          --scenes A,B      scenes by a part of their names
          --shared          subject, load and mock share all processors; without it the subject has one, and they have the others
          --published FILE  a published single file, whose start and memory are measured, too
          --json FILE       where the samples go (artifacts/bench.json)
          --docs            write docs/performance.md after the run
        """;

    internal int Rounds { get; init; } = 3;

    internal double Seconds { get; init; } = 1;

    internal IReadOnlyList<string> Only { get; init; } = [];

    internal IReadOnlyList<string> Scenes { get; init; } = [];

    internal bool Shared { get; init; }

    /// <summary>Null: all share all of them.</summary>
    internal Processors? Processors => Shared ? null : Processors.Divide();

    internal string? Published { get; init; }

    internal string Json { get; init; } = "artifacts/bench.json";

    internal bool Docs { get; init; }

    internal bool Smoke { get; init; }

    internal bool List { get; init; }

    /// <summary>Files to report about, instead of a run.</summary>
    internal IReadOnlyList<string> Report { get; init; } = [];

    /// <summary>Of the command line.</summary>
    /// <exception cref="FormatException">Something is not an option, or has no value.</exception>
    internal static BenchOptions Parse(IReadOnlyList<string> args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Count; i++)
        {
            options = args[i] switch
            {
                "--rounds" => options with { Rounds = Number(Value(args, ref i), 1) },
                "--seconds" => options with { Seconds = Number(Value(args, ref i), 0.1) },
                "--only" => options with { Only = Value(args, ref i).Split(',', StringSplitOptions.RemoveEmptyEntries) },
                "--scenes" => options with { Scenes = Value(args, ref i).Split(',', StringSplitOptions.RemoveEmptyEntries) },
                "--shared" => options with { Shared = true },
                "--published" => options with { Published = Path.GetFullPath(Value(args, ref i)) },
                "--json" => options with { Json = Value(args, ref i) },
                "--docs" => options with { Docs = true },
                "--smoke" => options with { Smoke = true },
                "--list" => options with { List = true },
                "--report" => options with { Report = Rest(args, ref i) },
                var other => throw new FormatException($"'{other}' is no option\n{Usage}"),
            };
        }

        return options;
    }

    private static string[] Rest(IReadOnlyList<string> args, ref int at)
    {
        string[] rest = [.. args.Skip(at + 1)];
        at = args.Count;
        return rest.Length > 0 ? rest : throw new FormatException($"--report needs files\n{Usage}");
    }

    private static string Value(IReadOnlyList<string> args, ref int at) =>
        ++at < args.Count ? args[at] : throw new FormatException($"{args[at - 1]} needs a value\n{Usage}");

    private static int Number(string text, int least) =>
        int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least ? number : throw new FormatException($"'{text}' is no number from {least.ToString(CultureInfo.InvariantCulture)} on");

    private static double Number(string text, double least) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least ? number : throw new FormatException($"'{text}' is no number from {least.ToString(CultureInfo.InvariantCulture)} on");
}
