namespace Tollgate.Upstreams.Http1;

/// <summary>
/// Sends a large body while it listens already: a provider that refuses a request often says so, and closes, before it has read all of it.
/// </summary>
/// <param name="connection">The connection.</param>
/// <param name="sending">The body on its way.</param>
/// <param name="stop">Ends the sending.</param>
internal sealed class UploadRace(Http1Connection connection, Task sending, CancellationTokenSource stop)
{
    /// <summary>Ends when the body was sent, or need not be: then there is an answer to read.</summary>
    /// <exception cref="WireException">The connection broke, and no answer came.</exception>
    internal async ValueTask RunAsync()
    {
        if (sending.IsCompletedSuccessfully) return;
        var listening = connection.FillAsync().AsTask();
        try
        {
            await Task.WhenAny(sending, listening).ConfigureAwait(false);
            if (!sending.IsCompleted)
            {
                await HearAsync(listening).ConfigureAwait(false);
                return;
            }

            try
            {
                await sending.ConfigureAwait(false);
            }
            catch (Exception e) when (IsOfWire(e))
            {
                // Whoever has closed may have said why.
                connection.EndUpload();
                if (!await HasBegunAsync(listening).ConfigureAwait(false)) throw;
                return;
            }

            if (await listening.ConfigureAwait(false) == 0) throw new WireException("the connection was closed before the answer began", null);
        }
        catch
        {
            await GiveUpAsync(listening).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Something came before the body was sent.</summary>
    private async ValueTask HearAsync(Task<int> listening)
    {
        var more = await listening.ConfigureAwait(false) > 0;
        while (more && connection.BegunStatus == 0) more = await connection.FillAsync().ConfigureAwait(false) > 0;
        if (!more) throw new WireException("the connection was closed before the answer began", null);

        // An answer that is no refusal may need the rest of the body.
        if (connection.BegunStatus >= 400)
        {
            connection.EndUpload();
            await stop.CancelAsync().ConfigureAwait(false);
            await Ended(sending).ConfigureAwait(false);
        }
        else
        {
            await sending.ConfigureAwait(false);
        }
    }

    private static async ValueTask<bool> HasBegunAsync(Task<int> listening)
    {
        try
        {
            return await listening.ConfigureAwait(false) > 0;
        }
        catch (Exception e) when (Http1Connection.IsBroken(e))
        {
            return false;
        }
    }

    /// <summary>Nothing may be under way in memory that goes back to its pool.</summary>
    private async ValueTask GiveUpAsync(Task<int> listening)
    {
        connection.Dispose();
        await stop.CancelAsync().ConfigureAwait(false);
        await Ended(sending).ConfigureAwait(false);
        await Ended(listening).ConfigureAwait(false);
    }

    private static Task Ended(Task task) => task.ContinueWith(static t => { _ = t.Exception; }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    // What is wrong with the body itself is not the provider's fault.
    private static bool IsOfWire(Exception e) => e is WireException or System.Net.Sockets.SocketException;
}
