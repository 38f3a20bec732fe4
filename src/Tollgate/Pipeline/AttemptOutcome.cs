using Tollgate.Protocols.Errors;

namespace Tollgate.Pipeline;

/// <summary>How an attempt ended: what names the culprit, not an exception.</summary>
/// <param name="Failure">Null: the provider's answer, good or bad, went to the client whole.</param>
/// <param name="Detail">What happened, for the client and the log. Never holds a secret.</param>
/// <param name="Culprit">Who is at fault.</param>
internal sealed record AttemptOutcome(GatewayErrorKind? Failure, string? Detail, Culprit Culprit)
{
    /// <summary>What it says about another attempt.</summary>
    internal FailureClass Class { get; init; }

    /// <summary>The provider's own bad answer, when it was held.</summary>
    internal HeldAnswer? Held { get; init; }

    /// <summary>Set when the answer broke after the client had some of it, and somebody may go on with it. The client has not been told yet.</summary>
    internal Resuming.ResumableStream? Broken { get; init; }

    /// <summary>True when the client has a whole answer.</summary>
    internal bool IsDone => Failure is null && Held is null && Broken is null && Culprit == Culprit.Nobody;

    /// <summary>True when somebody else may be asked, as far as the failure is concerned.</summary>
    internal bool MayBeMended => Class != FailureClass.Final;

    /// <summary>True when another attempt at the same request answers.</summary>
    internal bool IsOutrun { get; init; }

    /// <summary>The field at fault, in OpenAI's errors.</summary>
    internal string? Param { get; init; }

    internal static AttemptOutcome Done { get; } = new(null, null, Culprit.Nobody);

    internal static AttemptOutcome ClientLeft { get; } = new(null, null, Culprit.Client);

    /// <summary>Another attempt at the same request answers. Nothing went to the client.</summary>
    internal static AttemptOutcome Outrun { get; } = new(null, null, Culprit.Gateway) { IsOutrun = true };

    /// <summary>The provider answered with the status that the plan passes over. Nothing went to the client.</summary>
    internal static AttemptOutcome PassedOver { get; } = new(null, null, Culprit.Provider);

    /// <summary>The provider was not asked: it cannot be given what the request wants it to have.</summary>
    internal static AttemptOutcome Unaskable(Refusal refusal) => new(refusal.Kind, refusal.Message, Culprit.Client) { Class = FailureClass.Unaskable, Param = refusal.Param };

    /// <summary>The request's deadline came. Who had only what others left of it is not to blame.</summary>
    internal static AttemptOutcome OutOfTime(string detail, int attempts) =>
        new(GatewayErrorKinds.ProviderTimeout, detail, attempts > 1 ? Culprit.Gateway : Culprit.Provider) { Class = FailureClass.Silent };

    internal static AttemptOutcome Provider(GatewayErrorKind kind, string detail) => new(kind, detail, Culprit.Provider)
    {
        Class = kind == GatewayErrorKinds.ProviderTimeout ? FailureClass.Silent
            : kind == GatewayErrorKinds.ProviderCredentials ? FailureClass.Credential
            : FailureClass.Transient,
    };
}

/// <summary>Who is at fault when an attempt fails.</summary>
internal enum Culprit
{
    Nobody,
    Client,
    Provider,
    Gateway,
}
