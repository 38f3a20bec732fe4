namespace Tollgate.Sqlite;

/// <summary>Dollars as two whole numbers that can be added up without rounding: millionths, and millionths of those.</summary>
internal static class Money
{
    private const decimal Million = 1_000_000m;

    /// <summary>What is beyond a millionth of a millionth is rounded; no price is that fine.</summary>
    internal static (long Micro, long Pico) Split(decimal dollars)
    {
        var micro = decimal.Floor(dollars * Million);
        return ((long)micro, (long)decimal.Round(((dollars * Million) - micro) * Million));
    }

    internal static decimal Join(long micro, long pico) => (micro / Million) + (pico / Million / Million);
}
