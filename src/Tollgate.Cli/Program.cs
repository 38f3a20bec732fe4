using System.CommandLine;
using Tollgate.Cli.Commands;

var root = new RootCommand("An AI gateway: applications call it with OpenAI's or Anthropic's API, it picks the provider.")
{
    RunCommand.Create(),
    ValidateCommand.Create(),
    ProvidersCommand.Create(),
    SimulateCommand.Create(),
    SchemaCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
