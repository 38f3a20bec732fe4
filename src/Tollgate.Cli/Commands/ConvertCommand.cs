using System.CommandLine;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Configuration.Migration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate convert FILE…</c>: prints the <c>tollgate.yaml</c> that does the same. What has no counterpart goes to standard error.</summary>
internal static class ConvertCommand
{
    internal static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "Resource manifests of Envoy AI Gateway (files, folders), or the configuration of LiteLLM.", Arity = ArgumentArity.OneOrMore };
        var from = new Option<string>("--from") { Description = "manifests (default) or litellm.", DefaultValueFactory = _ => "manifests" };
        from.AcceptOnlyFromAmong("manifests", "litellm");
        var command = new Command("convert", "Print the tollgate.yaml that does the same as manifests or a configuration of LiteLLM.") { files, from };
        command.SetAction(result => Convert(result.GetValue(files)!, result.GetValue(from)!, ConfigContext.OfProcess, Console.Out, Console.Error));
        return command;
    }

    internal static int Convert(IEnumerable<string> paths, string from, ConfigContext context, TextWriter output, TextWriter errors)
    {
        var problems = new List<ConfigProblem>();
        var texts = paths.SelectMany(ConfigFolder.Files).Select(file => ConfigLoader.Read(file, context, problems)).OfType<ConfigText>().ToList();
        var root = problems.Count > 0 ? null : from == "litellm" ? FromLiteLlm(texts, context, problems) : FromManifests(texts, context, problems);
        foreach (var problem in problems) errors.WriteLine(problem);
        if (root is null || problems.Exists(problem => problem.IsError)) return 1;

        output.Write(YamlText.Write(root));
        return 0;
    }

    private static YamlMap? FromManifests(List<ConfigText> texts, ConfigContext context, List<ConfigProblem> problems)
    {
        if (texts.FirstOrDefault(text => !Manifests.Recognizes(text.Text)) is { } other)
        {
            problems.Add(new ConfigProblem(SourcePlace.Nowhere(other.File), "this is no resource manifest (it has no apiVersion); the configuration of LiteLLM is converted with --from litellm"));
            return null;
        }

        // Nothing is called, so nothing needs to be set: variables stay variables.
        return Manifests.Convert(texts, context with { Environment = name => context.Environment(name) ?? "unset" }, problems);
    }

    private static YamlMap? FromLiteLlm(List<ConfigText> texts, ConfigContext context, List<ConfigProblem> problems)
    {
        if (texts is not [var text])
        {
            problems.Add(new ConfigProblem(SourcePlace.Nowhere("litellm"), "one file is converted at a time"));
            return null;
        }

        return YamlReader.Read(text.Text, text.File, context.Environment, problems) is YamlMap file ? new LiteLlmFile(Catalogue.Default, problems).Convert(file) : null;
    }
}
