using System.Text;
using Tollgate.Configuration;
using Tollgate.Protocols.Json;

namespace Tollgate.Model;

/// <summary>Works out the operator's changes to requests: a backend's own come before its provider's.</summary>
internal static class MutationCompiler
{
    internal static HeaderMutation Over(HeaderMutation own, HeaderMutation provider) => own == HeaderMutation.None ? provider : new HeaderMutation(
        [.. own.Set, .. provider.Set.ExceptBy(own.Set.Select(set => set.Key), set => set.Key, StringComparer.OrdinalIgnoreCase)],
        [.. own.Remove.Union(provider.Remove, StringComparer.OrdinalIgnoreCase)]);

    /// <summary>What both set stands once; what one sets is not removed by the other.</summary>
    internal static BodyMutation Over(BodyMutation own, BodyMutation provider)
    {
        if (own == BodyMutation.None) return provider;
        var set = own.Set.AddRange(provider.Set.ExceptBy(own.Set.Select(member => member.Key), member => member.Key, StringComparer.Ordinal));
        return new BodyMutation(set, [.. own.Remove.Union(provider.Remove, StringComparer.Ordinal).Except(set.Select(member => member.Key), StringComparer.Ordinal)]);
    }

    internal static BodyMember[] Set(BodyMutation body, JsonNames names) =>
        [.. body.Set.Select(member => new BodyMember(names.IndexOf(member.Key), Encoding.UTF8.GetBytes(member.Value), [.. ModelCompiler.JsonString(member.Key), (byte)':', .. Encoding.UTF8.GetBytes(member.Value)]))];

    internal static int[] Removed(BodyMutation body, JsonNames names) => [.. body.Remove.Select(names.IndexOf)];
}
