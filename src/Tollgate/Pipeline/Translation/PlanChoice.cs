using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Pipeline.Translation;

/// <summary>In which words a backend is asked: its own when it speaks the operation, else in translation.</summary>
internal static class PlanChoice
{
    internal static (TransferPlan? Plan, Refusal? Refusal) Build(GatewayRequest request, Backend backend)
    {
        var provider = backend.Provider;
        if (!provider.Speaks(request.Operation))
        {
            if (provider.Translator(request.Operation) is not { } translator) return TranslatePlan.Build(request, backend);
            return translator.IsEstimate && IsKnownElsewhere(request)
                ? (null, new Refusal(GatewayErrorKinds.Unsupported, $"provider '{provider.Name}' does not speak {request.Operation.Name}, and another one of the model does"))
                : ExchangePlan.Build(request, backend, translator);
        }

        if (request.IsTranslated) request.UseOwn(); // a translation for another candidate was in its place
        return (JsonPlan.Build(request, backend, request.Operation), null);
    }

    /// <summary>True when another backend of the model has the answer that this one can only have estimated: it is asked in its place.</summary>
    private static bool IsKnownElsewhere(GatewayRequest request) =>
        request.Model.Routes.Match(request.AskedModel, request.Context.Request)!.Tiers
            .SelectMany(tier => tier.Backends)
            .Any(backend => backend.Provider.Serves(request.Operation) && backend.Provider.Translator(request.Operation) is not { IsEstimate: true });
}
