using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Rig.Subjects;

/// <summary><c>tollgate run</c> as it is built, or a published file of it.</summary>
internal class TollgateKind(string name, Func<Workshop, string> config) : SubjectKind
{
    internal override string Name => name;

    internal override Machinery Machinery => Machinery.DotNet;

    /// <summary>A published single file that is started instead.</summary>
    internal string? Published { get; init; }

    internal override string? Missing(Workshop workshop) => File.Exists(Program(workshop)) ? null : Program(workshop) + " is not there";

    internal override Launch Prepare(Workshop workshop, int port)
    {
        var admin = workshop.Port(Name + " admin");
        var yaml = FormattableString.Invariant($"""
            listen: 127.0.0.1:{port}
            admin: 127.0.0.1:{admin}
            stateDir: {Path.Combine(workshop.Folder, Name)}

            """) + config(workshop);
        var file = workshop.Write(Name + ".yaml", yaml);
        string[] program = Published is null ? ["dotnet", Program(workshop)] : [Program(workshop)];
        return new([.. program, "run", file], ClientForm.OpenAI) { Admin = admin };
    }

    private string Program(Workshop workshop) => Published ?? workshop.Built("src/Tollgate.Cli");
}

/// <summary>
/// With all that a team switches on: a client's key, limits of requests, tokens and money, the ledger, metrics, and spans of one request in a hundred,
/// metrics and log messages for a collector, which the mock provider pretends to be.
/// </summary>
internal sealed class AllOnKind() : TollgateKind(Names.AllOn, TollgateConfigs.AllOn)
{
    internal override Launch Prepare(Workshop workshop, int port) => base.Prepare(workshop, port) with
    {
        Form = ClientForm.OpenAI with { Key = TollgateConfigs.ClientKey },
        Environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"] = FormattableString.Invariant($"http://127.0.0.1:{workshop.MockPort}/v1/traces"),
            ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"] = FormattableString.Invariant($"http://127.0.0.1:{workshop.MockPort}/v1/metrics"),
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            ["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio",
            ["OTEL_TRACES_SAMPLER_ARG"] = "0.01",
        },
    };
}
