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
            return provider.Translator(request.Operation) is { } translator ? ExchangePlan.Build(request, backend, translator) : TranslatePlan.Build(request, backend);
        }

        if (request.IsTranslated) request.UseOwn(); // a translation for another candidate was in its place
        return (JsonPlan.Build(request, backend, request.Operation), null);
    }
}
