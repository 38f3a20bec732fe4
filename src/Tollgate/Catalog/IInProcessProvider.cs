namespace Tollgate.Catalog;

/// <summary>A provider that runs inside this process and is still reached over real HTTP/1.1, on connections in memory.</summary>
public interface IInProcessProvider
{
    /// <summary>The catalogue kind that it stands behind, such as <c>simulator</c>.</summary>
    string Kind { get; }

    /// <summary>Opens a connection to it. The stream carries HTTP/1.1 bytes both ways.</summary>
    ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken);
}
