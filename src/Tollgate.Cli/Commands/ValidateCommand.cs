using System.CommandLine;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Kubernetes;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate validate FILE…</c>: every mistake with its place; exit status 1 if there is one. Manifests are checked as one set.</summary>
internal static class ValidateCommand
{
    internal static Command Create()
    {
        var files = new Argument<string[]>("files") { Description = "Configuration files, resource manifests, and folders of manifests.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("validate", "Check configuration files and print every mistake as file:line:column: message.") { files };
        command.SetAction(result => Validate(result.GetValue(files)!, ConfigContext.OfProcess, Console.Out));
        return command;
    }

    internal static int Validate(IEnumerable<string> paths, ConfigContext context, TextWriter output)
    {
        var problems = new List<ConfigProblem>();
        var texts = paths.SelectMany(ConfigFolder.Files).Select(file => ConfigLoader.Read(file, context, problems)).OfType<ConfigText>().ToLookup(text => Manifests.Recognizes(text.Text));
        foreach (var problem in problems) output.WriteLine(problem);
        var isValid = problems.Count == 0;
        foreach (var text in texts[false]) isValid &= File(text, context, output);
        return isValid & Set([.. texts[true]], context, output) ? 0 : 1;
    }

    private static bool File(ConfigText text, ConfigContext context, TextWriter output)
    {
        var loaded = ConfigLoader.Parse(text.Text, text.File, context);
        foreach (var problem in loaded.Problems) output.WriteLine(problem);
        if (loaded.Config is not { } config) return false;

        output.WriteLine($"{text.File}: {config.Providers.Length} providers, {config.Models.Length} models: valid");
        return true;
    }

    private static bool Set(IReadOnlyList<ConfigText> texts, ConfigContext context, TextWriter output)
    {
        if (texts.Count == 0) return true;

        var check = Manifests.Check(texts, context);
        foreach (var problem in check.Problems) output.WriteLine(problem);
        foreach (var refusal in check.Refusals) output.WriteLine(refusal with { Message = $"tollgate run would not start: {refusal.Message}", IsError = false });
        if (!check.IsValid) return false;

        output.WriteLine($"{string.Join(", ", texts.Select(text => text.File))}: {check.Resources} resources: valid");
        return true;
    }
}
