using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Envelopes;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Translators;
using Tollgate.Routing.Health;
using Tollgate.Upstreams;

namespace Tollgate.Model;

/// <summary>A provider of one generation, with everything worked out that does not depend on a request.</summary>
internal sealed class Provider
{
    private readonly string?[] _paths = new string?[Operations.All.Count];
    private readonly OperationTranslator?[] _translators = new OperationTranslator?[Operations.All.Count];

    internal Provider(ProviderConfig config, ProviderKind kind, string baseUrl, ProviderKey[] keys, ProviderState state, UpstreamTransport transport, BodyMember[] setMembers, int[] removedMembers)
    {
        Config = config;
        Kind = kind;
        BaseUrl = baseUrl;
        Keys = keys;
        State = state;
        Transport = transport;
        SetMembers = setMembers;
        RemovedMembers = removedMembers;
        foreach (var (operation, path) in kind.Operations)
        {
            if (!IsOfOtherDialect(operation, config.Dialect)) _paths[operation.Index] = path;
        }

        foreach (var operation in Operations.All) _translators[operation.Index] = Speaks(operation) ? null : TranslatorSet.Find(kind, operation);
        Host = HostOf(config.Tls, baseUrl);
        Betas = BetaFlags.Of(kind, config);
        Envelope = Envelope.Create(this);
        Upstream = DialectSet.Upstream(config.Dialect ?? kind.Chat);
    }

    private static string? HostOf(UpstreamTlsConfig? tls, string baseUrl) =>
        tls?.ServerName is not { } name ? null : new Uri(baseUrl) is { IsDefaultPort: false } url ? $"{name}:{url.Port}" : name;

    internal string Name => Config.Name;

    internal ProviderConfig Config { get; }

    internal ProviderKind Kind { get; }

    /// <summary>Without a slash at the end, places filled in.</summary>
    internal string BaseUrl { get; }

    /// <summary>Never empty: a provider that wants no credential has one that adds nothing.</summary>
    internal ProviderKey[] Keys { get; }

    /// <summary>What counts at run time, whatever the model.</summary>
    internal ProviderState State { get; }

    /// <summary>No redirects, cookies, proxies or decompression.</summary>
    internal UpstreamTransport Transport { get; }

    internal Envelope Envelope { get; }

    /// <summary>Which flags of <c>anthropic-beta</c> it takes; null: all.</summary>
    internal BetaFlags? Betas { get; }

    /// <summary>Members of the body that the operator sets.</summary>
    internal BodyMember[] SetMembers { get; }

    /// <summary>Members of the body that the operator removes, as indexes of the generation's names.</summary>
    internal int[] RemovedMembers { get; }

    /// <summary>Sent as Host, where it is not that of the URL: it is what .NET takes for the server's name, too. Null: the URL's.</summary>
    internal string? Host { get; }

    internal TimeoutConfig Timeouts => Config.Timeouts;

    /// <summary>The dialect that it is asked for chat in; null when there is no translation to it.</summary>
    internal UpstreamDialect? Upstream { get; }

    /// <summary>True when it can be asked, in its own words or in translation.</summary>
    internal bool Serves(Operation operation) => Speaks(operation) || (Upstream is not null && DialectSet.Client(operation) is not null) || Translator(operation) is not null;

    /// <summary>How it is asked for an operation other than chat that it does not speak; null when it cannot be.</summary>
    internal OperationTranslator? Translator(Operation operation) => _translators[operation.Index];

    internal bool Speaks(Operation operation) => _paths[operation.Index] is not null;

    /// <summary>True for what a server that is held to one of OpenAI's chat APIs does not have, because it belongs to the other.</summary>
    private static bool IsOfOtherDialect(Operation operation, string? dialect) => dialect switch
    {
        "openai.chat" => operation == Operations.Responses || operation == Operations.ResponsesInputTokens || operation == Operations.ResponsesStored,
        "openai.responses" => operation == Operations.Chat,
        _ => false,
    };

    /// <summary>For what belongs to no model: the first key that is not out, else the first.</summary>
    internal ProviderKey FirstKey()
    {
        foreach (var key in Keys)
        {
            if (key.State.Circuit.IsFree) return key;
        }

        return Keys[0];
    }

    /// <summary>Path of a native operation below the base URL.</summary>
    internal string PathOf(Operation operation) =>
        _paths[operation.Index] ?? throw new InvalidOperationException($"{Name} does not speak {operation.Name}");
}

/// <summary>A member that the operator sets: its index among the generation's names, its raw value, and both as one member.</summary>
internal readonly record struct BodyMember(int Name, byte[] Value, byte[] NameAndValue);
