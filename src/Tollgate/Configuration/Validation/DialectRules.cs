using Tollgate.Catalog;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Protocols;

namespace Tollgate.Configuration.Validation;

/// <summary>Which chat API a provider may be held to.</summary>
internal sealed class DialectRules(ICollection<ConfigProblem> problems)
{
    private const string FirstAzureVersion = "2025-03-01-preview";

    /// <summary>Only kinds that have both APIs can be told to use one.</summary>
    public void Check(YamlMap map, ProviderKind kind, ProviderConfig provider)
    {
        if (map.Scalar("dialect") is not { } written || provider.Dialect is not ("openai.chat" or "openai.responses")) return;
        var dialect = provider.Dialect;
        if (dialect == kind.Chat && !kind.Operations.ContainsKey(Operations.Responses)) return;
        if (kind.Chat != "openai.chat" || !kind.Operations.ContainsKey(Operations.Responses))
        {
            problems.Error(written.Place, $"kind {kind.Name} is asked in {kind.Chat} and has no other chat API: remove dialect:, clients of every dialect are translated to it");
            return;
        }

        var version = provider.ApiVersion ?? kind.ApiVersion;
        if (dialect == "openai.responses" && kind.Envelope == EnvelopeKind.Azure && string.CompareOrdinal(version, FirstAzureVersion) < 0)
        {
            problems.Error(written.Place, $"Azure has responses since apiVersion {FirstAzureVersion}, and this is {version}: give a later apiVersion:");
        }
    }
}
