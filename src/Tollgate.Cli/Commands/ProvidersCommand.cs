using System.CommandLine;
using Spectre.Console;
using Tollgate.Catalog;

namespace Tollgate.Cli.Commands;

/// <summary><c>tollgate providers</c>: the catalogue as a table.</summary>
internal static class ProvidersCommand
{
    internal static Command Create()
    {
        var markdown = new Option<bool>("--markdown") { Description = "Print the page docs/providers.md instead." };
        var command = new Command("providers", "List the kinds of provider: address, credential, operations.") { markdown };
        command.SetAction(result =>
        {
            if (result.GetValue(markdown)) ProvidersDocument.Write(Console.Out, Catalogue.Default);
            else Terminal.Open().Write(Table());
        });
        return command;
    }

    private static Table Table()
    {
        var table = new Table().Border(TableBorder.Minimal).AddColumns("Kind", "Provider", "Address", "Key from", "Chat dialect", "Relayed operations");
        foreach (var kind in Catalogue.Default.All)
        {
            table.AddRow(
                Markup.Escape(kind.Name),
                Markup.Escape(kind.Title),
                Markup.Escape(kind.Url ?? "(give url)"),
                Markup.Escape(string.Join(", ", kind.KeyVariables)),
                Markup.Escape(kind.Chat),
                Markup.Escape(string.Join(", ", kind.Operations.Keys.OrderBy(o => o.Index).Select(o => o.Name))));
        }

        return table;
    }
}
