using System.Globalization;
using Tollgate.Authentication;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Envelopes;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;
using Tollgate.Routing.Health;

namespace Tollgate.Endpoints.Lanes;

/// <summary>From the model that was asked for to the backend that answers, or to the reason why there is none.</summary>
internal sealed class Router(Func<double> random)
{
    /// <summary>The header that names a model outside the body. It wins over the body's.</summary>
    internal const string ModelHeader = "x-ai-eg-model";

    private readonly BackendChooser _chooser = new(random);

    internal (Backend? Backend, Refusal? Refusal) Route(GatewayRequest request, string? bodyModel, Provider? pinned = null, ICollection<Backend>? refused = null)
    {
        var header = request.Context.Request.Headers[ModelHeader].ToString();
        var model = header.Length > 0 ? header : bodyModel;
        if (string.IsNullOrEmpty(model))
        {
            return (null, new Refusal(GatewayErrorKinds.MissingModel, $"no model is named: set 'model' in the body, or the header {ModelHeader}", "model"));
        }

        request.AskedModel = request.Record.AskedModel = model;
        if (ModelAccess.Refuse(request.Client, model) is { } forbidden) return (null, forbidden);
        if (request.Model.Routes.Match(model, request.Context.Request) is not { } route) return (null, Unknown(request.Model, model));
        request.Record.Route = route.Name;
        if (route.Access?.Refuse(request) is { } closed) return (null, closed);
        request.Affinity ??= route.Balancing.Affinity?.Of(request);
        var choice = _chooser.Choose(route, new Ask(request.Operation)
        {
            Pinned = pinned?.Name,
            Spent = refused,
            Allowed = request.Client?.Providers,
            Stream = request.WantsStream,
            Affinity = request.Affinity,
            Model = model,
        });
        request.Choose(choice.Backend, choice.Permit);
        if (choice.Backend is not { } backend) return (null, choice.Reason != RestReason.None ? Resting(route, choice) : NotForCaller(request, route) ?? Unspoken(request, route));
        return ModelPath.IsUnsafe(backend.Model ?? model)
            ? (null, new Refusal(GatewayErrorKinds.InvalidRequest, "'model' is not a name", "model"))
            : (backend, null);
    }

    /// <summary>True while a backend that has just failed may be asked once more: it has not failed so often that it is left alone now.</summary>
    internal static bool MayAskAgain(Backend failed) => !failed.State.Circuit.IsOpen && !failed.State.Key.Circuit.IsOpen;

    private static Refusal Unknown(GatewayModel generation, string model)
    {
        var sample = generation.Models.Sample;
        var known = sample.Length > 0 ? $"the models here are {sample}" : "no model is named in the configuration";
        return new Refusal(GatewayErrorKinds.ModelNotFound, $"the model '{Shorten(model)}' does not exist; {known}", "model");
    }

    /// <summary>Null unless somebody could serve it, only not for this caller.</summary>
    private static Refusal? NotForCaller(GatewayRequest request, Route route) =>
        request.Client is { Providers: not null } client
        && !route.Tiers.Any(t => t.Backends.Any(b => b.Provider.Serves(request.Operation) && client.MayUse(b.Provider.Name)))
        && route.Tiers.Any(t => t.Backends.Any(b => b.Provider.Serves(request.Operation)))
            ? ModelAccess.NoProvider(client, $"'{Shorten(request.AskedModel!)}'")
            : null;

    private static Refusal Unspoken(GatewayRequest request, Route route)
    {
        var backends = route.Tiers.SelectMany(t => t.Backends).Select(b => $"'{b.Provider.Name}' ({b.Provider.Kind.Name}, {b.Provider.Kind.Chat})").Distinct(StringComparer.Ordinal).ToArray();
        if (backends.Length == 0) return new Refusal(GatewayErrorKinds.NoProvider, $"no provider serves '{route.Name}': every backend has weight 0");
        var who = string.Join(", ", backends);
        return new Refusal(GatewayErrorKinds.Unsupported, $"'{route.Name}' is served by {who}, which does not speak {request.Operation.Name}; ask for a model whose provider does");
    }

    /// <summary>Answered at once instead of asking what is known to be out; the status says whose turn it is to act.</summary>
    private static Refusal Resting(Route route, in BackendChoice choice)
    {
        var (kind, why) = choice.Reason switch
        {
            RestReason.Throttled => (GatewayErrorKinds.RateLimited, "has too much to do and asked to be left alone"),
            RestReason.Credential => (GatewayErrorKinds.CredentialsExhausted, "refuses the gateway's key"),
            _ => (GatewayErrorKinds.NoProvider, "is left alone after failing"),
        };
        var wait = Math.Max(1, Math.Ceiling(choice.ReturnsIn.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        return new Refusal(kind, $"every provider of '{route.Name}' {why} (last: {choice.LastError ?? "unknown"}); try again in {wait} s") { RetryAfter = choice.ReturnsIn };
    }

    private static string Shorten(string model) => model.Length <= 100 ? model : model[..100] + "…";
}
