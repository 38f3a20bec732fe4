using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Translators;
using Tollgate.Routing;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline.Translation;

/// <summary>An exchange, worked out for one backend.</summary>
/// <param name="Exchange">What is asked, and how the answers become one.</param>
/// <param name="Calls">A plan for each call, in order.</param>
/// <param name="Dropped">What was left out, each name once.</param>
internal sealed record ExchangePlan(Exchange Exchange, IReadOnlyList<TransferPlan> Calls, IReadOnlyList<FidelityEntry> Dropped)
{
    internal static (TransferPlan? Plan, Refusal? Refusal) Build(GatewayRequest request, Backend backend, OperationTranslator translator)
    {
        var model = request.Record.ServedModel = backend.Model ?? request.AskedModel;
        var log = new FidelityLog();
        Exchange? exchange;
        try
        {
            request.Asked ??= translator.Read(request.Body);
            exchange = translator.Prepare(request.Asked, model, log);
        }
        catch (ChatFormatException e)
        {
            return (null, new Refusal(GatewayErrorKinds.InvalidRequest, e.Message, Param(e.Pointer)));
        }

        if (exchange is null) return (null, Refuse(log.Refusal!, backend, ""));
        if (backend.IsStrict && log.Loss is { } lost) return (null, Refuse(lost, backend, " as it was said, and fidelity is strict"));
        if (exchange.Streamed is { } streamed)
        {
            request.Chat = streamed.Request;
            return TranslatePlan.Build(request, backend, streamed.Client, request.Chat!);
        }

        return (Of(request, backend, exchange, model, log), null);
    }

    /// <summary>The attempt whose calls those of the exchange are.</summary>
    /// <param name="request">The client's.</param>
    /// <param name="backend">Who is asked.</param>
    /// <param name="exchange">What is asked.</param>
    /// <param name="model">Model as the provider knows it.</param>
    /// <param name="log">What could not be said.</param>
    /// <param name="translation">Set where each call is chat in another dialect.</param>
    internal static TransferPlan Of(GatewayRequest request, Backend backend, Exchange exchange, string model, FidelityLog log, Translation? translation = null)
    {
        var calls = exchange.Calls.Select(call => CallPlan(request, backend, call, model) with { Translation = translation }).ToArray();
        var target = calls.Length > 0 ? calls[0].Target : new Uri("about:blank");
        return new TransferPlan(backend.Provider, target, HttpMethod.Post, null, default, null) { Backend = backend, Exchange = new ExchangePlan(exchange, calls, LeftOut(log)) };
    }

    private static FidelityEntry[] LeftOut(FidelityLog log) =>
        [.. log.Entries.Where(e => e.Rule.Outcome == FidelityOutcome.Dropped).DistinctBy(e => e.Name, StringComparer.Ordinal)];

    private static Refusal Refuse(FidelityEntry entry, Backend backend, string how) => new(
        GatewayErrorKinds.Unsupported,
        $"provider '{backend.Provider.Name}' cannot be asked for {entry.Rule.Field}{how}: {entry.Rule.Note}",
        Param(entry.Pointer));

    private static TransferPlan CallPlan(GatewayRequest request, Backend backend, UpstreamCall call, string model)
    {
        request.UseTranslated(call.Body, model);
        if (call.As is { } operation)
        {
            // The edited body is in memory that the request uses again for its next call.
            var plan = JsonPlan.Build(request, backend, operation, isWhole: true);
            return WithBody(plan, plan.Body.ToArray()) with { IsAskedAsAnthropic = operation.Family == ApiFamily.Anthropic };
        }

        request.BeginEdits();
        if (!call.IsWrapper) JsonPlan.ApplyOperatorEdits(request, backend);
        var body = request.Edits.IsEmpty ? call.Body : request.ApplyEdits().ToArray();
        var target = backend.Provider.Envelope.CallTarget(call.Model ?? model, call.Verb);
        return WithBody(new TransferPlan(backend.Provider, target, HttpMethod.Post, null, default, "application/json") { Backend = backend }, body);
    }

    private static TransferPlan WithBody(TransferPlan plan, ReadOnlyMemory<byte> body) =>
        plan with { Content = new BufferContent(body), Body = body, IsPartOfExchange = true };

    private static string? Param(string pointer) => pointer.Length > 1 ? pointer.TrimStart('/').Replace('/', '.') : null;
}
