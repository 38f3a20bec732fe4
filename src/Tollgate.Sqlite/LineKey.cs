using System.Buffers.Binary;
using System.Globalization;

namespace Tollgate.Sqlite;

/// <summary>
/// The number that a line has in its table: its beginning in microseconds since 1970, and below that the end of its id, by which lines of the same
/// microsecond differ. When the place is taken, the line goes to the next one that is free. So a line that is written twice comes to the place of the first, and
/// lines are ordered by time without an index. Lasts until the year 2255.
/// </summary>
internal static class LineKey
{
    /// <summary>Bits below the microseconds.</summary>
    internal const int Bits = 10;

    /// <summary>The largest number of those bits.</summary>
    internal const int Most = (1 << Bits) - 1;

    // How far from its time a line may have to be looked for: many more begin in a microsecond nowhere.
    private const int Slack = 1_000 << Bits;

    /// <summary>A condition for lines from <c>@from</c> to before <c>@to</c>, both in microseconds, for which the table is read in that part only.</summary>
    internal static readonly string Between = string.Create(CultureInfo.InvariantCulture, $"line >= @from << {Bits} AND line < (@to << {Bits}) + {Slack} AND start >= @from AND start < @to");

    /// <summary>A condition for lines before <c>@before</c>.</summary>
    /// <param name="table">Name of the table in the statement, and a dot; empty where it is the only one.</param>
    internal static string Before(string table = "") => string.Create(CultureInfo.InvariantCulture, $"{table}line < (@before << {Bits}) + {Slack} AND {table}start < @before");

    /// <summary>Where a line belongs.</summary>
    /// <param name="start">Its beginning, in microseconds since 1970.</param>
    /// <param name="id">Its id, big-endian: it ends with a number that its gateway counts up.</param>
    /// <param name="part">Its part.</param>
    internal static long Of(long start, ReadOnlySpan<byte> id, int part) => (start << Bits) + (BinaryPrimitives.ReadInt16BigEndian(id[14..]) & Most) + part;
}
