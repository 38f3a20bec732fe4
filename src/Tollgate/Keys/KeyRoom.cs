using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Hosting;
using Tollgate.Model;
using Tollgate.Telemetry;

namespace Tollgate.Keys;

/// <summary>Keeps the <see cref="KeyRing"/> as the store says, and writes changes to the store first: a key that was told is never lost.</summary>
internal sealed class KeyRoom(KeyRing ring, ModelStore models, IEnumerable<IKeyStoreKind> kinds, TimeProvider time, ILogger<KeyRoom> logger, StateDirectory? state = null) : BackgroundService
{
    internal const string FileName = "keys.json";

    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _one = new(1, 1);
    private IKeyStore? _store;

    /// <summary>False when there is nowhere to keep keys.</summary>
    internal bool IsOpen => _store is not null;

    internal KeyRecords Records => ring.Records;

    /// <exception cref="ConfigurationException">The file of keys cannot be read, or nothing can open the store.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var config = models.Current.Config;
        _store = Open(config);
        if (_store is not null && !await TryLoadAsync(cancellationToken).ConfigureAwait(false) && _store is FileKeyStore)
        {
            // Nobody else will mend a file, and a gateway that forgot its keys would look as if it worked.
            throw new ConfigurationException([new ConfigProblem(SourcePlace.Nowhere(config.Source), "the file of keys cannot be read; the log says why. Put back a good copy, or move it away")]);
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a record. False when it was changed by somebody else in the meantime; then it is read again.</summary>
    /// <exception cref="IOException">The store cannot be written.</exception>
    internal Task<bool> WriteAsync(StoredRecord record, CancellationToken cancellationToken) =>
        ChangeAsync(store => store.WriteAsync(record, cancellationToken), cancellationToken);

    /// <summary>Removes a record. False when it was changed by somebody else in the meantime.</summary>
    /// <exception cref="IOException">The store cannot be written.</exception>
    internal Task<bool> RemoveAsync(StoredKind kind, string id, long revision, CancellationToken cancellationToken) =>
        ChangeAsync(store => store.RemoveAsync(kind, id, revision, cancellationToken), cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (_store is not null && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (ring.IsStale) await Task.Delay(Retry, time, stoppingToken).ConfigureAwait(false);
                else await _store.ChangedAsync(stoppingToken).ConfigureAwait(false);
                await TryLoadAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                Failed(e);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (_store is not null) await _store.DisposeAsync().ConfigureAwait(false);
    }

    public override void Dispose()
    {
        _one.Dispose();
        base.Dispose();
    }

    private IKeyStore? Open(GatewayConfig config)
    {
        var folder = config.StateDir is { } written ? new StateDirectory(written) : state;
        if (config.KeyStore is null) return folder is null ? null : new FileKeyStore(Path.Combine(folder.Folder, FileName), time);
        var address = config.KeyStore.Reveal();
        if (address == "off") return null;
        var scheme = address.Split(':')[0];
        if (scheme == "file") return new FileKeyStore(Path.GetFullPath(address["file:".Length..]), time);
        return kinds.FirstOrDefault(k => k.Scheme == scheme)?.Open(address)
            ?? throw new ConfigurationException([new ConfigProblem(SourcePlace.Nowhere(config.Source), $"keyStore: nothing here opens '{scheme}:'; write file:PATH, or add the package that does")]);
    }

    private async Task<bool> ChangeAsync(Func<IKeyStore, ValueTask<bool>> change, CancellationToken cancellationToken)
    {
        if (_store is not { } store) throw new InvalidOperationException("there is no store of keys");
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var done = await change(store).ConfigureAwait(false);
            await LoadAsync(store, cancellationToken).ConfigureAwait(false);
            return done;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<bool> TryLoadAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await LoadAsync(_store!, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (IOException e)
        {
            Failed(e);
            return false;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task LoadAsync(IKeyStore store, CancellationToken cancellationToken)
    {
        try
        {
            ring.Load(KeyRecords.Read(await store.LoadAsync(cancellationToken).ConfigureAwait(false)));
        }
        catch (FormatException e)
        {
            throw new IOException(e.Message, e);
        }

        if (ring.IsStale) Log.KeyStoreRecovered(logger);
        ring.IsStale = false;
    }

    private void Failed(IOException e)
    {
        if (!ring.IsStale) Log.KeyStoreFailed(logger, e.Message);
        ring.IsStale = true;
    }
}
