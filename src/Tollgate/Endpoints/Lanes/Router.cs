using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Envelopes;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Endpoints.Lanes;

/// <summary>From the model that was asked for to the backend that answers, or to the reason why there is none.</summary>
internal sealed class Router(Func<double> random)
{
    /// <summary>The header that names a model outside the body. It wins over the body's.</summary>
    internal const string ModelHeader = "x-ai-eg-model";

    internal (Backend? Backend, Refusal? Refusal) Route(GatewayRequest request, string? bodyModel, Provider? pinned = null, ICollection<Backend>? refused = null)
    {
        var header = request.Context.Request.Headers[ModelHeader].ToString();
        var model = header.Length > 0 ? header : bodyModel;
        if (string.IsNullOrEmpty(model))
        {
            return (null, new Refusal(GatewayErrorKinds.MissingModel, $"no model is named: set 'model' in the body, or the header {ModelHeader}", "model"));
        }

        request.AskedModel = request.Record.AskedModel = model;
        if (request.Model.Routes.Match(model) is not { } route) return (null, Unknown(request.Model, model));
        request.Record.Route = route.Name;
        var choice = BackendChoice.Choose(route, request.Operation, pinned, random, refused);
        if (choice.Backend is not { } backend) return (null, Unspoken(request, route));
        return ModelPath.IsUnsafe(backend.Model ?? model)
            ? (null, new Refusal(GatewayErrorKinds.InvalidRequest, "'model' is not a name", "model"))
            : (backend, null);
    }

    private static Refusal Unknown(GatewayModel generation, string model)
    {
        var sample = generation.Models.Sample;
        var known = sample.Length > 0 ? $"the models here are {sample}" : "no model is named in the configuration";
        return new Refusal(GatewayErrorKinds.ModelNotFound, $"the model '{Shorten(model)}' does not exist; {known}", "model");
    }

    private static Refusal Unspoken(GatewayRequest request, Route route)
    {
        var backends = route.Tiers.SelectMany(t => t.Backends).Select(b => $"'{b.Provider.Name}' ({b.Provider.Kind.Name}, {b.Provider.Kind.Chat})").Distinct(StringComparer.Ordinal).ToArray();
        if (backends.Length == 0) return new Refusal(GatewayErrorKinds.NoProvider, $"no provider serves '{route.Name}': every backend has weight 0");
        var who = string.Join(", ", backends);
        return new Refusal(GatewayErrorKinds.Unsupported, $"'{route.Name}' is served by {who}, which does not speak {request.Operation.Name}; ask for a model whose provider does");
    }

    private static string Shorten(string model) => model.Length <= 100 ? model : model[..100] + "…";
}
