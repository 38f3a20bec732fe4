using Tollgate.Routing.Health;

namespace Tollgate.Credentials;

/// <summary>One credential of a provider, with what is known of it at run time.</summary>
internal sealed record ProviderKey(ProviderCredential Credential, KeyState State);
