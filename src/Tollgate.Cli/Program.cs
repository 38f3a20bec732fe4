using System.CommandLine;
using Tollgate.Cli;
using Tollgate.Cli.Commands;

SharedBuffers.Widen();
if (args is ["run", ..]) HeadStart.Begin();
if (RunCommand.IsPlain(args, out var file)) return await RunCommand.RunPlainlyAsync(file);

var root = new RootCommand("An AI gateway: applications call it with OpenAI's or Anthropic's API, it picks the provider.")
{
    RunCommand.Create(),
    ValidateCommand.Create(),
    ConvertCommand.Create(),
    ProvidersCommand.Create(),
    SimulateCommand.Create(),
    DrillCommand.Create(),
    TranslateCommand.Create(),
    SchemaCommand.Create(),
    KeysCommand.Create(),
    LimitsCommand.Create(),
    UsageCommand.Create(),
    TopCommand.Create(),
};

// The commands end by themselves when told to: running streams may take longer than a parser's patience.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
