using Tollgate.Limits;

namespace Tollgate.Redis.Counters;

/// <summary>What one claim of a reservation used.</summary>
/// <param name="Counter">Of which counter.</param>
/// <param name="Id">Of the reservation.</param>
/// <param name="Number">Of the claim in the script that reserved it, from 1.</param>
/// <param name="Used">How much, in units.</param>
/// <param name="DoubtSince">When it was first sent without an answer; null: never.</param>
internal readonly record struct Settlement(CounterName Counter, ReservationId Id, int Number, long Used, long? DoubtSince = null);
