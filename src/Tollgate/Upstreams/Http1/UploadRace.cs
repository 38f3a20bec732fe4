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
        var listening = ListenAsync();
        try
        {
            await Task.WhenAny(sending, listening).ConfigureAwait(false);
            if (!sending.IsCompleted && await listening.ConfigureAwait(false) is 0 or >= 400)
            {
                await StopAsync(await listening.ConfigureAwait(false)).ConfigureAwait(false);
                return;
            }

            // An answer that is no refusal may need the rest of the body.
            try
            {
                await sending.ConfigureAwait(false);
            }
            catch (WireException)
            {
                // Whoever has closed may have said why.
                connection.EndUpload();
                if (!await HasBegunAsync(listening).ConfigureAwait(false)) throw;
                return;
            }

            if (await listening.ConfigureAwait(false) == 0) throw Closed();
        }
        catch
        {
            await GiveUpAsync(listening).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>The status of the answer as soon as it is there; 0: the connection was closed before.</summary>
    private async Task<int> ListenAsync()
    {
        while (await connection.FillAsync().ConfigureAwait(false) > 0)
        {
            if (connection.BegunStatus is > 0 and var status) return status;
        }

        return 0;
    }

    /// <summary>The provider wants no more of the body.</summary>
    private async ValueTask StopAsync(int status)
    {
        if (status == 0) throw Closed();
        connection.EndUpload();
        await stop.CancelAsync().ConfigureAwait(false);
        await Ended(sending).ConfigureAwait(false);
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

    private static WireException Closed() => new("the connection was closed before the answer began", null);
}
