using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Load;

/// <summary>A client that uploads a large request piece by piece, again and again.</summary>
internal static class SlowUpload
{
    private const int Pieces = 64;
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(15);
    private static readonly byte[] Ok = "HTTP/1.1 200 "u8.ToArray();

    /// <summary>Until it is cancelled; gives the number of uploads that were answered.</summary>
    internal static async Task<int> RunAsync(int port, byte[] request, CancellationToken stopping)
    {
        using var socket = PolledSocket.Connect(port);
        var answers = new AnswerReader(socket);
        var piece = (request.Length / Pieces) + 1;
        for (var uploads = 0; ; uploads++)
        {
            for (var at = 0; at < request.Length; at += piece)
            {
                if (stopping.IsCancellationRequested) return uploads;
                await socket.SendAsync(request.AsMemory(at, Math.Min(piece, request.Length - at)));
                await Task.Delay(Between, CancellationToken.None);
            }

            await answers.ReadAsync(Ok);
        }
    }
}
