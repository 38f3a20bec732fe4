namespace Tollgate.Metering.Ledger;

/// <summary>A request's place in the ledger, taken before a provider is called.</summary>
/// <param name="Slot">Its number in the <see cref="SlotFile"/>.</param>
/// <param name="Id">The id that its lines will have.</param>
internal readonly record struct LedgerTicket(int Slot, Guid Id);
