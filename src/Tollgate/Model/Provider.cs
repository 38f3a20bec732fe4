using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Envelopes;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols;
using Tollgate.Protocols.Dialects;

namespace Tollgate.Model;

/// <summary>A provider of one generation, with everything worked out that does not depend on a request.</summary>
internal sealed class Provider
{
    private readonly string?[] _paths = new string?[Operations.All.Count];

    internal Provider(ProviderConfig config, ProviderKind kind, string baseUrl, ProviderCredential credential, HttpMessageInvoker transport, BodyMember[] setMembers, int[] removedMembers)
    {
        Config = config;
        Kind = kind;
        BaseUrl = baseUrl;
        Credential = credential;
        Transport = transport;
        SetMembers = setMembers;
        RemovedMembers = removedMembers;
        foreach (var (operation, path) in kind.Operations) _paths[operation.Index] = path;
        Betas = BetaFlags.Of(kind, config);
        Envelope = Envelope.Create(this);
        Upstream = DialectSet.Upstream(kind.Chat);
    }

    internal string Name => Config.Name;

    internal ProviderConfig Config { get; }

    internal ProviderKind Kind { get; }

    /// <summary>Without a slash at the end, places filled in.</summary>
    internal string BaseUrl { get; }

    internal ProviderCredential Credential { get; }

    /// <summary>No redirects, cookies, proxies or decompression.</summary>
    internal HttpMessageInvoker Transport { get; }

    internal Envelope Envelope { get; }

    /// <summary>Which flags of <c>anthropic-beta</c> it takes; null: all.</summary>
    internal BetaFlags? Betas { get; }

    /// <summary>Members of the body that the operator sets.</summary>
    internal BodyMember[] SetMembers { get; }

    /// <summary>Members of the body that the operator removes, as indexes of the generation's names.</summary>
    internal int[] RemovedMembers { get; }

    internal TimeoutConfig Timeouts => Config.Timeouts;

    /// <summary>The dialect that it is asked for chat in; null when there is no translation to it.</summary>
    internal UpstreamDialect? Upstream { get; }

    /// <summary>True when it can be asked, in its own words or in translation.</summary>
    internal bool Serves(Operation operation) => Speaks(operation) || (Upstream is not null && DialectSet.Client(operation) is not null) || EmbeddingsPlan.Serves(Kind, operation);

    internal bool Speaks(Operation operation) => _paths[operation.Index] is not null;

    /// <summary>Path of a native operation below the base URL.</summary>
    internal string PathOf(Operation operation) =>
        _paths[operation.Index] ?? throw new InvalidOperationException($"{Name} does not speak {operation.Name}");
}

/// <summary>A member that the operator sets: its index among the generation's names, its raw value, and both as one member.</summary>
internal readonly record struct BodyMember(int Name, byte[] Value, byte[] NameAndValue);
