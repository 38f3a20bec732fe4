using Tollgate.Configuration.Yaml;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Compares what nodes say, wherever they stand.</summary>
internal static class YamlSameness
{
    public static bool AreSame(YamlNode? one, YamlNode? other) => (one, other) switch
    {
        (null, null) => true,
        (YamlScalar a, YamlScalar b) => a.Text == b.Text,
        (YamlList a, YamlList b) => a.Items.Count == b.Items.Count && a.Items.Zip(b.Items).All(pair => AreSame(pair.First, pair.Second)),
        (YamlMap a, YamlMap b) => a.Entries.Count == b.Entries.Count && a.Entries.All(entry => b[entry.Key] is { } value && AreSame(entry.Value, value)),
        _ => false,
    };
}
