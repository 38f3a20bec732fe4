using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pricing;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Usage;

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
        if (!record.Used.IsKnown || record.Provider is not { } name || !IsBilled(record.Operation)) return;
        var served = record.ServedModel ?? record.AskedModel;
        if (served is null || !model.Providers.TryGetValue(name, out var provider)) return;

        record.Cost = Of(model, provider, served, record.ResponseModel, record.Used);
        record.IsUnpriced = record.Cost is null;
    }

    /// <summary>What a call of a provider costs; null when that is not known.</summary>
    internal static decimal? Of(GatewayModel model, string name, string served, string? answered, in TokenUsage usage) =>
        usage.IsKnown && model.Providers.TryGetValue(name, out var provider) ? Of(model, provider, served, answered, usage) : null;

    /// <summary>The same of a provider that has been found, for usage that is known.</summary>
    internal static decimal? Of(GatewayModel model, Provider provider, string served, string? answered, in TokenUsage usage)
    {
        var price = model.Prices.For(provider.Name, provider.Kind.Name, served, answered);
        return (price is null ? null : Invoice.Total(usage, price)) ?? usage.ReportedCost;
    }

    /// <summary>Takes down a call that failed, at its own provider's price: what follows has another.</summary>
    /// <param name="request">Whose call it was.</param>
    /// <param name="into">The record that tells of it.</param>
    /// <param name="error">What went wrong.</param>
    /// <param name="took">From its beginning to its end.</param>
    internal static void KeepFailed(GatewayRequest request, RequestRecord into, string? error, TimeSpan took)
    {
        var record = request.Record;
        var (usage, isEstimated) = UsageSettlement.Completed(record, request.Body.Span);
        var cost = IsBilled(record.Operation) ? Of(request.Model, record.Provider ?? "", record.ServedModel ?? request.AskedModel, record.ResponseModel, usage) : null;
        into.AddFailedAttempt(new AttemptRecord(record.Provider ?? "", record.ServedModel, record.ProviderStatus, error, took, usage)
        {
            ProviderMetricName = record.ProviderMetricName,
            IsEstimated = isEstimated,
            Cost = cost,
        });
    }

    /// <summary>Tells the client, in a header of an answer that has not begun to go out.</summary>
    internal static void Tell(GatewayRequest request)
    {
        var report = request.Model.Config.CostReport;
        if ((!report.Header && !report.Usage) || request.Context.Response.HasStarted) return;
        Price(request.Record, request.Model);
        if (report.Header && request.Record.Cost is { } cost) request.Context.Response.Headers[Header] = DecimalText.Short(cost);
    }

    /// <summary>The cost of what a tap has seen so far, when clients are told it in their answer's usage.</summary>
    internal static decimal? ForUsage(GatewayRequest request, UsageTap tap)
    {
        if (!request.Model.Config.CostReport.Usage) return null;
        request.Record.Used = tap.Usage;
        request.Record.ResponseModel = tap.ResponseModel;
        Price(request.Record, request.Model);
        return request.Record.Cost;
    }

    /// <summary>A step of a translated answer, whose usage tells the cost when clients are told it there.</summary>
    /// <param name="request">The request.</param>
    /// <param name="step">The step.</param>
    /// <param name="isContinued">True: its usage is that of the calls that broke, too, each at its own price.</param>
    internal static ChatEvent Priced(GatewayRequest request, in ChatEvent step, bool isContinued = false)
    {
        if (!step.HasUsage || !request.Model.Config.CostReport.Usage) return step;
        Price(request.Record, request.Model);
        return step with { Usage = step.Usage!.Value with { ReportedCost = isContinued ? request.Record.Cost + request.Record.FailedCost : request.Record.Cost } };
    }

    /// <summary>False for counting tokens, which is free everywhere and whose answer looks like usage.</summary>
    internal static bool IsBilled(Operation? operation) => operation != Operations.CountTokens && operation != Operations.ResponsesInputTokens;
}
