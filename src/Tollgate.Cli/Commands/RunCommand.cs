using System.Collections;
using System.CommandLine;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Tollgate.Cli.Telemetry;
using Tollgate.Cloud;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Epoll;
using Tollgate.Hosting;
using Tollgate.Kubernetes;
using Tollgate.Metering.Ledger;
using Tollgate.Postgres;
using Tollgate.Redis;
using Tollgate.Simulator;
using Tollgate.Sqlite;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate run [FILE]</c>: the gateway in the foreground.</summary>
internal static class RunCommand
{
    private const string DefaultFile = "tollgate.yaml";

    internal static Command Create()
    {
        var file = new Argument<string?>("file")
        {
            Description = "The configuration: tollgate.yaml, resource manifests of Envoy AI Gateway, or a folder of those. Without one: tollgate.yaml here, else the provider keys in the environment, else the built-in simulator.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("run", "Run the gateway.") { file };
        command.SetAction((result, cancellationToken) => RunAsync(result.GetValue(file), cancellationToken));
        return command;
    }

    /// <summary>True for <c>run</c> and <c>run PATH</c>, which do without the parser of the command line: it would be a twentieth of the start.</summary>
    /// <param name="args">The arguments.</param>
    /// <param name="file">The path; null when there is none.</param>
    internal static bool IsPlain(string[] args, out string? file)
    {
        file = args is ["run", var path] && IsPath(path) ? path : null;
        return file is not null || args is ["run"];
    }

    /// <summary>Runs as the parser would have it run.</summary>
    internal static async Task<int> RunPlainlyAsync(string? file)
    {
        try
        {
            return await RunAsync(file, CancellationToken.None);
        }
#pragma warning disable CA1031 // the last one who can tell, as the parser is for the other commands
        catch (Exception e)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync($"Unhandled exception: {e}");
            return 1;
        }
    }

    // What can only be a path: neither an option, nor a file of arguments, nor nothing.
    private static bool IsPath(string argument) => argument is [not ('-' or '@'), ..] and not ("/?" or "/h");

    private static async Task<int> RunAsync(string? file, CancellationToken cancellationToken)
    {
        file ??= File.Exists(DefaultFile) ? DefaultFile : null;
        var source = HeadStart.Read(file);
        GatewayHost host;
        OtlpExport? export = null;
        try
        {
            export = OtlpExport.Start(Environment.GetEnvironmentVariable, Variables());
            host = GatewayHost.Create(services => AddGateway(services, source, export), logging => ConfigureLogging(logging, export));
        }
        catch (ConfigurationException e)
        {
            export?.Dispose();
            foreach (var problem in e.Problems) await Console.Error.WriteLineAsync(problem.ToString());
            return 1;
        }

        using (export) // last, so that what is said while the host stops is sent too
        await using (host)
        {
            export?.ReportTo(host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Tollgate.Telemetry"));
            var status = await ServeAsync(host, cancellationToken);
            export?.TellLastMetrics();
            return status;
        }
    }

    // No LINQ: nobody reads them in most processes, and its operators over structures would be compiled at every start.
    private static IEnumerable<KeyValuePair<string, string?>> Variables()
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            if (((string)variable.Key).StartsWith("OTEL_", StringComparison.Ordinal)) yield return KeyValuePair.Create((string)variable.Key, (string?)variable.Value);
        }
    }

    private static void AddGateway(IServiceCollection services, ConfigSource source, OtlpExport? export)
    {
        if (export?.Lines is { } lines) services.AddSingleton(lines);
        if (export?.RootShare is { } share) services.AddSingleton(p => new RootSampler(share, p.GetRequiredService<Chance>().Next));
        services.AddTollgateSimulator();
        services.AddTollgateCloud();
        services.AddTollgateEpoll(Environment.GetEnvironmentVariable);
        services.AddTollgateRedis();
        services.AddTollgateKubernetes();
        if (StateDirectory.Of(Environment.GetEnvironmentVariable) is { } state) services.AddSingleton(state);
        services.AddTollgateSqlite(byDefault: true);
        services.AddTollgatePostgres();
        services.AddTollgate(_ => source);
    }

    private static async Task<int> ServeAsync(GatewayHost host, CancellationToken cancellationToken)
    {
        using var reload = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            host.Reload();
        });
        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (LedgerException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            await Console.Error.WriteLineAsync($"cannot listen: {e.Message.TrimEnd('.')}. Change 'listen' or 'admin' (or TOLLGATE_LISTEN, TOLLGATE_ADMIN).");
            return 1;
        }
        catch (OperationCanceledException) when (host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            return 0; // it was told to stop while it started
        }

        using var hurry = new Hurry(); // first: whoever has read that it listens may tell it to stop
        Banner.Print(Console.Out, host);
        await host.WaitForShutdownAsync(hurry.Token);
        return 0;
    }

    // Messages go to standard error: standard output is the access log's.
    private static void ConfigureLogging(ILoggingBuilder logging, OtlpExport? export)
    {
        if (export?.Messages is { } messages) logging.AddProvider(messages);
        logging.AddSimpleConsole(o =>
        {
            o.SingleLine = true;
            o.ColorBehavior = LoggerColorBehavior.Default;
        })
        .Services.Configure<ConsoleLoggerOptions>(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
