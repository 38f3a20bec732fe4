using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Authentication;

/// <summary>Which models a caller may ask for.</summary>
internal static class ModelAccess
{
    /// <summary>True for callers without a list, and for names on it.</summary>
    internal static bool MayAsk(this Caller client, string model)
    {
        if (client.Models.IsEmpty) return true;
        foreach (var allowed in client.Models)
        {
            if (Glob.Matches(allowed, model)) return true;
        }

        return false;
    }

    /// <summary>Null when the caller may ask for it. The same words whether or not there is such a model.</summary>
    internal static Refusal? Refuse(Caller? client, string model) => client is null || client.MayAsk(model)
        ? null
        : new Refusal(GatewayErrorKinds.Forbidden, $"'{client.Name}' may not ask for this model: its key is for {string.Join(", ", client.Models)}", "model");

    /// <summary>Null when the caller may ask for any model: what names none could be for any.</summary>
    internal static Refusal? RefuseUnnamed(Caller? client) => client is null || client.Models.IsEmpty
        ? null
        : new Refusal(GatewayErrorKinds.Forbidden, $"'{client.Name}' may not call this: its key is for {string.Join(", ", client.Models)}, and this names no model");
}
