using Tollgate.Catalog;
using Tollgate.Configuration;

namespace Tollgate.Credentials;

/// <summary>
/// A way to prove who calls that needs an identity service. One class and one registration line:
/// <c>services.AddSingleton&lt;IdentityKind, MyKind&gt;()</c>. Renewal, single flight and signing are the gateway's.
/// </summary>
public abstract class IdentityKind
{
    /// <summary>True when the provider is configured to be called with it. Asked after keys, tokens and static AWS keys.</summary>
    /// <param name="provider">The provider as it was written.</param>
    /// <param name="kind">Its kind.</param>
    public abstract bool Serves(ProviderConfig provider, ProviderKind kind);

    /// <summary>Opens the source of a provider that it serves. Asks nobody yet.</summary>
    /// <param name="provider">The provider as it was written.</param>
    public abstract IdentitySource Open(ProviderConfig provider);
}

/// <summary>Where an identity comes from. Asked in the background, one call at a time; the gateway renews what it gives ahead of its expiry.</summary>
public abstract class IdentitySource
{
    /// <summary>What its identities depend on, compared by value: a reload goes on with the source that has an equal one.</summary>
    public abstract object Settings { get; }

    /// <summary>The line to write when there is no identity, such as <c>aws: { profile: NAME }</c>.</summary>
    public abstract string Mend { get; }

    /// <summary>Asks the identity service, or reads files again. A new identity each time, as far as the service has one.</summary>
    /// <param name="cancellationToken">Fires after 30 seconds at the latest.</param>
    /// <exception cref="IdentityException">There is none; the message says where it was looked for.</exception>
    public abstract ValueTask<Identity> FetchAsync(CancellationToken cancellationToken);
}

/// <summary>There is no identity to call a provider with.</summary>
/// <param name="message">Why, for the operator. Never holds a secret.</param>
/// <param name="inner">What was behind it.</param>
public sealed class IdentityException(string message, Exception? inner = null) : Exception(message, inner);
