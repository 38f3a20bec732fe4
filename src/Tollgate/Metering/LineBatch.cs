namespace Tollgate.Metering;

/// <summary>Whole lines that go to the sink in one write. Not thread-safe: the access log's lock guards it.</summary>
internal sealed class LineBatch(int capacity)
{
    // Uninitialised and large: the pages cost memory only once lines have filled them.
    private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(capacity);
    private int length;
    private TaskCompletionSource? written;

    /// <summary>Lines in it.</summary>
    public int Lines { get; private set; }

    public bool IsEmpty => length == 0;

    /// <summary>True when it should not wait for more.</summary>
    public bool IsHalfFull => length >= bytes.Length / 2;

    public ReadOnlyMemory<byte> Bytes => bytes.AsMemory(0, length);

    /// <summary>False when the line does not fit.</summary>
    public bool TryAppend(ReadOnlySpan<byte> line)
    {
        if (line.Length > bytes.Length - length) return false;
        line.CopyTo(bytes.AsSpan(length));
        length += line.Length;
        Lines++;
        return true;
    }

    /// <summary>Ends when the batch has been written, or given up.</summary>
    public Task WhenWritten()
    {
        written ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return written.Task;
    }

    /// <summary>Empties it for the next lines and releases who waits for these.</summary>
    public void Complete()
    {
        length = 0;
        Lines = 0;
        written?.SetResult();
        written = null;
    }
}
