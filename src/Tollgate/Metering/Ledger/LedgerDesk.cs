using Tollgate.Pipeline;

namespace Tollgate.Metering.Ledger;

/// <summary>Where requests meet the ledger: before their first call to a provider, and at their end. Without a ledger it does nothing.</summary>
internal sealed class LedgerDesk : IAsyncDisposable
{
    // A token for every four bytes is what an interrupted request is taken to have read; data such as images would make it absurd.
    private const int BytesPerToken = 4;
    private const int MostEstimated = 100_000;

    // Most of a line's values are nothing at the beginning of a request, and stay so in it.
    [ThreadStatic]
    private static UsageEntry? t_begun;

    private volatile UsageLedger? _ledger;

    /// <summary>The ledger; null while there is none.</summary>
    internal UsageLedger? Ledger => _ledger;

    internal void Open(UsageLedger ledger) => _ledger = ledger;

    /// <summary>False when the request must wait for a slot: <see cref="AdmitAsync"/>.</summary>
    internal bool TryAdmit(GatewayRequest request, TransferPlan plan)
    {
        if (_ledger is not { } ledger) return true;
        if (request.Ticket is null)
        {
            if (!ledger.TryOpen(out var ticket)) return false;
            Take(request, ledger, ticket);
        }

        Begin(request, plan, ledger);
        return true;
    }

    /// <summary>Waits for a slot. False when none came in time.</summary>
    internal async ValueTask<bool> AdmitAsync(GatewayRequest request, TransferPlan plan)
    {
        if (_ledger is not { } ledger) return true;
        if (await ledger.OpenAsync(request.Context.RequestAborted).ConfigureAwait(false) is not { } ticket) return false;
        Take(request, ledger, ticket);
        Begin(request, plan, ledger);
        return true;
    }

    /// <summary>Hands over what a request used; its record is complete.</summary>
    internal void Settle(GatewayRequest request)
    {
        if (request.Ticket is not { } ticket || _ledger is not { } ledger) return;
        request.Ticket = null;
        var record = request.Record;
        if (record.Attempts == 0) ledger.Release(ticket);
        else ledger.Close(ticket, record);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ledger is { } ledger) await ledger.DisposeAsync().ConfigureAwait(false);
    }

    private static void Take(GatewayRequest request, UsageLedger ledger, in LedgerTicket ticket)
    {
        request.Ticket = ticket;
        if (ledger.Config.Durability != Configuration.LedgerDurability.Strict) return;

        // The disk works while the provider does: only the first byte to the client waits for both.
        if (!request.Context.Response.HasStarted) request.Context.Response.OnStarting(static ledger => ((UsageLedger)ledger).WhenSafe(), ledger);
    }

    private static void Begin(GatewayRequest request, TransferPlan plan, UsageLedger ledger)
    {
        var ticket = request.Ticket!.Value;
        ref var draft = ref (t_begun ??= UsageLedger.NewEntry()).Values;
        draft.Id = ticket.Id;
        draft.Model = request.AskedModel;
        draft.ServedModel = plan.Backend?.Model ?? request.AskedModel;
        draft.Provider = plan.Provider.Name;
        LedgerLines.Names(request.Record, ref draft);
        draft.Usage.Input = request.Body.IsEmpty ? null : Math.Min(request.Body.Length / BytesPerToken, MostEstimated);
        ledger.Begin(ticket, draft);
    }
}
