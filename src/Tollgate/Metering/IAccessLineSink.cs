namespace Tollgate.Metering;

/// <summary>Is given each line of the access log too, on the thread of its request and inside the request's span.</summary>
public interface IAccessLineSink
{
    /// <summary>Takes a line. Neither the record nor the line may be kept.</summary>
    /// <param name="record">What the line tells of.</param>
    /// <param name="line">The line, JSON in UTF-8 with a newline, as <c>docs/access-log.md</c> describes it.</param>
    void Write(RequestRecord record, ReadOnlySpan<byte> line);
}
