using Tollgate.Metering;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Protocols;

namespace Tollgate.Limits.Admitting;

/// <summary>What a request may use at most, as far as it can be told before it is made; rather too much than too little.</summary>
/// <param name="Input">Input tokens.</param>
/// <param name="Output">Output tokens.</param>
/// <param name="Images">Images that it asks for.</param>
internal readonly record struct Estimate(long Input, long Output, long Images)
{
    /// <summary>Read while the body's members stand where the client put them: a translation moves them.</summary>
    internal static Estimate Of(GatewayRequest request)
    {
        var names = request.Model.Limits.Output;
        var input = InputSize.Tokens(request.Body.Span);
        if (IsImages(request.Operation)) return new Estimate(input, 0, names.Answers(request));
        return Writes(request.Operation) ? new Estimate(input, names.Most(request) ?? request.Model.Limits.DefaultOutput * names.Answers(request), 0) : new Estimate(input, 0, 0);
    }

    /// <summary>What a call of the provider may use.</summary>
    /// <param name="request">The request.</param>
    /// <param name="provider">Who is asked; null when nobody was chosen.</param>
    /// <param name="served">The model that it is asked for.</param>
    /// <param name="isPriced">True: in money too, which costs a look-up.</param>
    /// <param name="usage">Where the tokens are put, for as long as the charge is needed.</param>
    internal Charge Charge(GatewayRequest request, Provider? provider, string? served, bool isPriced, ref TokenUsage usage)
    {
        (usage.Input, usage.Output, usage.Images) = (Input, Output, Images == 0 ? null : Images);
        var model = served ?? request.AskedModel;
        var money = isPriced && provider is not null && usage.IsKnown ? CostMeter.Of(request.Model, provider, model, null, usage) : null;
        return new Charge(1, in usage, money, model, provider?.Name ?? "", request.Record.Route ?? "");
    }

    private static bool Writes(Operation operation) =>
        operation == Operations.Chat || operation == Operations.Completions || operation == Operations.Responses || operation == Operations.Messages;

    private static bool IsImages(Operation operation) => operation == Operations.ImageGenerations || operation == Operations.ImageEdits || operation == Operations.ImageVariations;
}
