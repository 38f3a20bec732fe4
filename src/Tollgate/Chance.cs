namespace Tollgate;

/// <summary>A source of chance, uniform in [0, 1): injected, so that tests can decide it. Safe to call from several threads.</summary>
internal class Chance
{
#pragma warning disable RS0030 // the one place where chance comes from
    internal virtual double Next() => Random.Shared.NextDouble();
#pragma warning restore RS0030
}
