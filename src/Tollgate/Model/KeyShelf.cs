using System.Security.Cryptography;
using System.Text;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Routing.Health;

namespace Tollgate.Model;

/// <summary>Finds the state of a provider and of its keys: the same as in the generation before, as long as the keys are the same.</summary>
internal sealed class KeyShelf(StateShelf.Draft shelf, HealthConfig health)
{
    internal ProviderState Provider(ProviderConfig config) => shelf.Provider(config.Name, config.Flow);

    /// <summary>One for each key; one that may add nothing when there is none. Null when a credential cannot be had.</summary>
    /// <param name="config">The provider.</param>
    /// <param name="credential">The credential of a provider with one key.</param>
    internal ProviderKey[]? Keys(ProviderConfig config, Func<ProviderConfig, ProviderCredential?> credential)
    {
        ProviderKey?[] keys = config.Keys.IsEmpty
            ? [Key(config, "key", credential)]
            : [.. config.Keys.Select((key, i) => Key(config with { Key = key }, $"keys[{i}]", credential))];
        return Array.Exists(keys, key => key is null) ? null : [.. keys.OfType<ProviderKey>()];
    }

    private ProviderKey? Key(ProviderConfig config, string name, Func<ProviderConfig, ProviderCredential?> credential) => credential(config) is not { } own
        ? null
        : new ProviderKey(own, shelf.Key(config.Name, Identity(config.Key ?? config.Token), name, config.Health ?? health));

    // A hash tells a key from another as well as the key does, and stands in no dump of the memory.
    private static string Identity(SecretSource? secret) => secret switch
    {
        null => "",
        { File: { } file } => file,
        { Value: { } value } => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(value.Reveal()))),
        _ => "",
    };
}
