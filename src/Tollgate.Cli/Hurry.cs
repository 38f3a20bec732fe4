using System.Runtime.InteropServices;

namespace Tollgate.Cli;

/// <summary>The first SIGTERM or Ctrl+C lets running streams end; the second breaks them off.</summary>
internal sealed class Hurry : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    internal Hurry() => _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Count), PosixSignalRegistration.Create(PosixSignal.SIGINT, Count)];

    internal CancellationToken Token => _source.Token;

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }

    private void Count(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1) _source.Cancel();
    }
}
