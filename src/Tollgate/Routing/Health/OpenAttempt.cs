using Tollgate.Routing.Flow;

namespace Tollgate.Routing.Health;

/// <summary>An attempt that has begun and not ended: what must be given back, whatever comes of it. Default: there is none.</summary>
/// <param name="Backend">Where it is made; null when the request goes to a provider whatever its model.</param>
/// <param name="Permit">What it took to be let through.</param>
/// <param name="Start">When it began, from the request's arrival.</param>
/// <param name="Gate">Whose place it holds; null: nobody's.</param>
internal readonly record struct OpenAttempt(Backend? Backend, ProbePermit Permit, TimeSpan Start, ProviderGate? Gate)
{
    internal void End(in Verdict verdict)
    {
        Backend?.State.End(verdict, Permit);
        Gate?.Leave();
    }
}
