using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Model;
using Tollgate.Pipeline.Fetching;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols.Chat;
using Tollgate.Routing;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>One attempt, worked out: who is called, where, with what.</summary>
/// <param name="Provider">Who is called.</param>
/// <param name="Target">Where; path and query exactly as they go on the wire.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Content">The body; null when there is none.</param>
/// <param name="Body">The bytes of the body where they are known, for signatures.</param>
/// <param name="ContentType">Sent as it is; null when there is no body.</param>
internal sealed record TransferPlan(Provider Provider, Uri Target, HttpMethod Method, UpstreamContent? Content, ReadOnlyMemory<byte> Body, string? ContentType)
{
    /// <summary>What was chosen to answer; null when the request goes to a provider whatever its model.</summary>
    internal Backend? Backend { get; init; }

    /// <summary>The backend's key; without a backend the provider's first one that is not refused.</summary>
    internal ProviderCredential Credential => (Backend?.Key ?? Provider.FirstKey()).Credential;

    /// <summary>True: the usage chunk was asked for by the gateway, and the client should not see it.</summary>
    internal bool WithholdUsage { get; init; }

    /// <summary>Set when an operation other than chat is asked for in the provider's own grammar, with one call or several.</summary>
    internal ExchangePlan? Exchange { get; init; }

    /// <summary>True for one call of an exchange.</summary>
    internal bool IsPartOfExchange { get; init; }

    /// <summary>True when a client of another API is served in Anthropic's, whose version then is the gateway's to name.</summary>
    internal bool IsAskedAsAnthropic { get; init; }

    /// <summary>True when the provider is asked in other words than the client's.</summary>
    internal bool IsTranslated => Translation is not null || Exchange is not null || IsPartOfExchange;

    /// <summary>True: another attempt could follow, so nothing is passed on that one may mend.</summary>
    internal bool MayRetry { get; private set; }

    /// <summary>True: errors come back as values, for whoever made the plan to judge and to pass on.</summary>
    internal bool HoldsErrors { get; private set; }

    /// <summary>The operator's changes to headers.</summary>
    internal HeaderMutation Headers => Backend?.Headers ?? Provider.Config.Headers;

    /// <summary>How long to wait.</summary>
    internal TimeoutConfig Timeouts => Backend?.Timeouts ?? Provider.Timeouts;

    /// <summary>What it is sent through.</summary>
    internal UpstreamTransport Transport => Backend?.Transport ?? Provider.Transport;

    /// <summary>Set when the attempt goes on with an answer that broke.</summary>
    internal Resuming.Continuation? Continues { get; init; }

    /// <summary>A status that is not passed on, because another provider may know better; 0 for none.</summary>
    internal int PassOver { get; init; }

    /// <summary>Set when the provider speaks another dialect than the client.</summary>
    internal Translation.Translation? Translation { get; init; }

    /// <summary>What of the client's headers the provider is not sent; null or empty when nothing is missing.</summary>
    internal IReadOnlyList<FidelityEntry>? Dropped { get; init; }

    /// <summary>Set when something must be fetched before the plan is whole.</summary>
    internal PendingFetch? Pending { get; init; }

    /// <summary>True: a streamed answer is an AWS event stream.</summary>
    internal bool AwsEventStream { get; init; }

    /// <summary>For an answer that has come.</summary>
    /// <param name="aws">True: it is an AWS event stream.</param>
    internal TransferPlan WithEvents(bool aws) => AwsEventStream == aws ? this : this with { AwsEventStream = aws };

    /// <summary>Of an attempt whose errors come back as values.</summary>
    /// <param name="mayRetry">True: another one could follow.</param>
    internal TransferPlan Held(bool mayRetry)
    {
        (HoldsErrors, MayRetry) = (true, mayRetry); // of this very plan, which nobody has used yet
        return this;
    }
}
