using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tollgate.Configuration;
using Tollgate.Hosting;
using Tollgate.Model;
using Tollgate.Telemetry;

namespace Tollgate.Metering.Ledger;

/// <summary>Opens the ledger before the gateway listens, and makes old lines into sums while it runs.</summary>
internal sealed class LedgerService(
    IEnumerable<ILedgerStoreKind> kinds, LedgerDesk desk, ModelStore models, TimeProvider time, ILogger<LedgerService> logger, StateDirectory? state = null) : BackgroundService
{
    private const string Simulator = "simulator";

    private static readonly TimeSpan BetweenRollUps = TimeSpan.FromHours(1);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <exception cref="LedgerException">The configuration names a ledger that cannot be used.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        var config = models.Current.Config;
        try
        {
            if ((config.Ledger ?? Default(config)) is { IsOn: true } wanted) await OpenAsync(config, wanted, cancellationToken).ConfigureAwait(false);
        }
        catch (LedgerException e) when (config.Ledger is null)
        {
            Log.LedgerMissing(logger, e.Message); // nobody asked for it
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        if (desk.Ledger is not { } ledger) return;
        try
        {
            await ledger.FlushAsync(cancellationToken).WaitAsync(Grace, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            // Told when the ledger is closed.
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (desk.Ledger is not { Config.Retention: { } retention } ledger) return;
        using var timer = new PeriodicTimer(BetweenRollUps, time);
        do
        {
            await RollUpAsync(ledger, retention, stoppingToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
    }

    private async Task RollUpAsync(UsageLedger ledger, TimeSpan retention, CancellationToken cancellation)
    {
        try
        {
            // Whole days only, so that a day's sums are made once.
            var before = new DateTimeOffset((time.GetUtcNow() - retention).UtcDateTime.Date, TimeSpan.Zero);
            var lines = await ledger.Store.RollUpAsync(before, cancellation).ConfigureAwait(false);
            if (lines > 0) Log.LedgerRolledUp(logger, ledger.Store.Address, lines);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Log.LedgerRollUpFailed(logger, ledger.Store.Address, e.Message);
        }
    }

    /// <summary>Where nobody said anything: the embedded one, unless there is nothing to account for.</summary>
    private LedgerConfig? Default(GatewayConfig config) =>
        kinds.FirstOrDefault(kind => kind.IsDefault) is { } kind && config.Providers.Any(provider => provider.Kind != Simulator) ? new LedgerConfig { Kind = kind.Name } : null;

    private async Task OpenAsync(GatewayConfig config, LedgerConfig wanted, CancellationToken cancellation)
    {
        var kind = kinds.FirstOrDefault(kind => kind.Name == wanted.Kind)
            ?? throw new LedgerException($"ledger: {wanted.Kind} is not there: add the package Tollgate.{char.ToUpperInvariant(wanted.Kind[0])}{wanted.Kind[1..]} and call AddTollgate{char.ToUpperInvariant(wanted.Kind[0])}{wanted.Kind[1..]}().");
        var folder = StateFolder.Make(config, state);
        var store = kind.Create(wanted, folder);
        List<SlotFile> files = [];
        try
        {
            await store.OpenAsync(cancellation).ConfigureAwait(false);
            files = SlotFiles.Claim(folder, store.Address, wanted.Queue);
            var lines = files.SelectMany(file => file.ReadAll()).Select(Recover).OfType<UsageEntry>().ToList();
            foreach (var part in lines.Chunk(LineWriter.Largest)) await store.WriteAsync(part, cancellation).ConfigureAwait(false);
            foreach (var file in files) file.ClearAll();
            desk.Open(new UsageLedger(store, files[0], wanted, BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)), time, logger));
            foreach (var file in files.Skip(1)) file.Dispose();
            Log.LedgerOpened(logger, store.Address, lines.Count);
        }
        catch (Exception e)
        {
            foreach (var file in files) file.Dispose();
            await store.DisposeAsync().ConfigureAwait(false);
            if (e is LedgerException or OperationCanceledException) throw;
            throw new LedgerException($"the ledger {store.Address} cannot be written: {e.Message}", e);
        }
    }

    private UsageEntry? Recover((byte[] Record, bool IsSettled) left) =>
        SlotRecord.Read(left.Record) is not { } line ? null : left.IsSettled ? line : LedgerLines.Interrupt(line, models.Current);
}
