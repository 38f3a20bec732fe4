using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Tollgate.Simulator.Hosting;

/// <summary>The server's end of a connection: two pipes, crossed.</summary>
internal sealed class InMemoryConnection : ConnectionContext
{
    private readonly CancellationTokenSource _closed = new();
    private readonly Pipe _toServer = new(Options);
    private readonly Pipe _toClient = new(Options);

    public InMemoryConnection(string id, EndPoint endPoint)
    {
        ConnectionId = id;
        (LocalEndPoint, RemoteEndPoint) = (endPoint, endPoint);
        ConnectionClosed = _closed.Token;
        Transport = new DuplexPipe(_toServer.Reader, _toClient.Writer);
        ClientStream = new InMemoryStream(_toClient.Reader, _toServer.Writer, Close);
    }

    private static PipeOptions Options { get; } = new(pauseWriterThreshold: 256 << 10, resumeWriterThreshold: 128 << 10, useSynchronizationContext: false);

    /// <summary>The client's end.</summary>
    public Stream ClientStream { get; }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public override CancellationToken ConnectionClosed { get; set; }

    /// <summary>The client learns of it as of a connection that was reset.</summary>
    public override void Abort(ConnectionAbortedException abortReason)
    {
        _toServer.Reader.CancelPendingRead();
        _toClient.Writer.Complete(new IOException("The connection was reset by the simulator.", abortReason));
        Close();
    }

    public override async ValueTask DisposeAsync()
    {
        await Transport.Input.CompleteAsync();
        await Transport.Output.CompleteAsync();
        _closed.Dispose();
        await base.DisposeAsync();
    }

    /// <summary>Tells Kestrel that the other side is gone, so that a request which waits for something is given up.</summary>
    private void Close()
    {
        try
        {
            _closed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // Kestrel was faster.
        }
    }

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
