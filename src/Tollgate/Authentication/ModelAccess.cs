using System.Collections.Immutable;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Authentication;

/// <summary>Which models a caller may ask for, and which providers may serve it.</summary>
internal static class ModelAccess
{
    /// <summary>True for callers without a list, and for names on it; the lists of team and organisation must have the name as well.</summary>
    internal static bool MayAsk(this Caller client, string model) => (client.Models.IsEmpty || Has(client.Models, model)) && Hindrance(client, model) is null;

    /// <summary>True when there is a list of models, its own or one of its team or organisation.</summary>
    internal static bool IsBound(this Caller client) => !client.Models.IsEmpty || !client.Bounds.IsEmpty;

    /// <summary>True when the provider may serve it.</summary>
    internal static bool MayUse(this Caller? client, string provider) => client?.Providers is not { } providers || providers.Contains(provider);

    /// <summary>Null when the caller may ask for it. The same words whether or not there is such a model.</summary>
    internal static Refusal? Refuse(Caller? client, string model)
    {
        if (client is null || client.MayAsk(model)) return null;
        var (holder, models) = Hindrance(client, model) is { } bound ? (bound.Holder, bound.Models) : ("its key", client.Models);
        return new Refusal(GatewayErrorKinds.Forbidden, $"'{client.Name}' may not ask for this model: {holder} is for {string.Join(", ", models)}", "model");
    }

    /// <summary>Null when the caller may ask for any model: what names none could be for any.</summary>
    internal static Refusal? RefuseUnnamed(GatewayRequest request)
    {
        var client = request.Client;
        if (RefuseGuarded(request) is { } closed) return closed;
        if (client?.IsBound() != true) return null;
        var (holder, models) = client.Models.IsEmpty ? (client.Bounds[0].Holder, client.Bounds[0].Models) : ("its key", client.Models);
        return new Refusal(GatewayErrorKinds.Forbidden, $"'{client.Name}' may not call this: {holder} is for {string.Join(", ", models)}, and this names no model");
    }

    /// <summary>Null when every model's own access lets the request in.</summary>
    internal static Refusal? RefuseGuarded(GatewayRequest request) => request.Model.Routes is { IsGuarded: true } table && table.Routes.Any(route => route.Access?.Refuse(request) is not null)
        ? new Refusal(GatewayErrorKinds.Forbidden, $"'{request.Client?.Name}' may not call this: it names no model, and some models are for others (access)")
        : null;

    /// <summary>For a request that none of the caller's providers can serve, though others could.</summary>
    internal static Refusal NoProvider(Caller client, string what) => new(
        GatewayErrorKinds.Forbidden,
        $"'{client.Name}' may not have {what} served: {(client.Providers!.Count == 0 ? "its key, team and organisation have no provider in common" : $"it is for the providers {string.Join(", ", client.Providers.Order(StringComparer.Ordinal))}")}");

    private static ModelBound? Hindrance(Caller client, string model)
    {
        if (!client.Models.IsEmpty && !Has(client.Models, model)) return null; // its own list is named first
        foreach (var bound in client.Bounds)
        {
            if (!Has(bound.Models, model)) return bound;
        }

        return null;
    }

    private static bool Has(ImmutableArray<string> models, string model)
    {
        foreach (var allowed in models)
        {
            if (Glob.Matches(allowed, model)) return true;
        }

        return false;
    }
}
