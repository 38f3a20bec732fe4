namespace Tollgate.Tests.Routing;

/// <summary>Chance as the test decides it.</summary>
internal sealed class FixedChance : Chance
{
    public double Value { get; set; }

    internal override double Next() => Value;
}
