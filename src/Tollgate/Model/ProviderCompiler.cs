using System.Text;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Pipeline;
using Tollgate.Protocols.Json;
using Tollgate.Upstreams;

namespace Tollgate.Model;

/// <summary>Works out one provider: its kind, its address, its credential and its connections.</summary>
internal sealed class ProviderCompiler(Catalogue catalogue, ConnectionPools pools, CredentialCompiler credentials, JsonNames names, KeyShelf shelf, Uri? proxy)
{
    internal Provider? Compile(ProviderConfig config, ICollection<ConfigProblem> problems)
    {
        var kind = catalogue.Find(config.Kind);
        if (kind is null)
        {
            problems.Add(new ConfigProblem(config.Place, $"provider '{config.Name}': there is no kind '{config.Kind}'"));
            return null;
        }

        var transport = kind.InProcess ? pools.InProcess(kind.Name) : pools.Network(config.Timeouts.Connect, config.Tls, proxy);
        if (transport is null)
        {
            problems.Add(new ConfigProblem(config.Place, $"provider '{config.Name}': the kind '{kind.Name}' runs inside the process and is not there; call AddTollgateSimulator() on the services"));
            return null;
        }

        if (kind.InProcess && config.As is { } disguise) kind = Disguised(kind, catalogue.Find(disguise)!);
        if (shelf.Keys(config, each => credentials.Compile(each, kind, problems)) is not { } keys) return null;
        return new Provider(
            config,
            kind,
            BaseUrl(config, kind),
            keys,
            shelf.Provider(config),
            transport,
            MutationCompiler.Set(config.Body, names),
            MutationCompiler.Removed(config.Body, names));
    }

    // The in-process provider speaking as another kind: that kind's grammar and envelope, no credential, no other host.
    private static ProviderKind Disguised(ProviderKind inProcess, ProviderKind other) => other with
    {
        Url = SimulatorUrl(inProcess, other),
        Credential = CredentialForm.None,
        InProcess = true,
        StreamOptions = true,
    };

    private static string SimulatorUrl(ProviderKind inProcess, ProviderKind other)
    {
        // Kinds whose envelope or catalogue paths begin at the host want the bare host; the others' base URLs end in /v1.
        var host = new Uri(inProcess.Url!).GetLeftPart(UriPartial.Authority);
        return CloudHosts.Expand(other, "region", "project", "location") is { } theirs
            ? host + theirs.AbsolutePath.TrimEnd('/')
            : other.Envelope == EnvelopeKind.Direct ? host + "/v1" : host;
    }

    private static string BaseUrl(ProviderConfig config, ProviderKind kind)
    {
        var url = config.Url ?? CloudHosts.Expand(kind, config.Region, config.Project, config.Location);
        return url?.AbsoluteUri.TrimEnd('/') ?? throw new InvalidOperationException($"provider '{config.Name}' has no url");
    }
}
