using System.Globalization;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pricing;
using Tollgate.Protocols;

namespace Tollgate.Metering;

/// <summary>Prices a request by what it used.</summary>
internal static class CostMeter
{
    /// <summary>The header that tells a client what its request cost, in US dollars.</summary>
    internal const string Header = "x-tollgate-cost";

    /// <summary>Sets the record's cost. Without a known price it stays null, and the record says that a price is missing.</summary>
    internal static void Price(RequestRecord record, GatewayModel model)
    {
        (record.Cost, record.IsUnpriced) = (null, false);
        if (!record.Usage.IsKnown || record.Provider is not { } name || !IsBilled(record.Operation)) return;
        var served = record.ServedModel ?? record.AskedModel;
        if (served is null || !model.Providers.TryGetValue(name, out var provider)) return;

        var price = model.Prices.For(name, provider.Kind.Name, served, record.ResponseModel);
        record.Cost = (price is null ? null : Invoice.Total(record.Usage, price)) ?? record.Usage.ReportedCost;
        record.IsUnpriced = record.Cost is null;
    }

    /// <summary>Tells the client, in a header of an answer that has not begun to go out.</summary>
    internal static void Tell(GatewayRequest request)
    {
        if (!request.Model.Config.CostReport.Header || request.Context.Response.HasStarted) return;
        Price(request.Record, request.Model);
        if (request.Record.Cost is { } cost) request.Context.Response.Headers[Header] = Text(cost);
    }

    /// <summary>All digits, without zeros at the end.</summary>
    internal static string Text(decimal cost) => cost.ToString("0.############################", CultureInfo.InvariantCulture);

    // Counting tokens is free everywhere; its answer looks like usage.
    private static bool IsBilled(Operation? operation) => operation != Operations.CountTokens && operation != Operations.ResponsesInputTokens;
}
