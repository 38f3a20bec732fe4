using Microsoft.Extensions.Hosting;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Upstreams;

namespace Tollgate.Routing.Health;

/// <summary>
/// Asks providers whether they are there, apart from requests, where the operator wants that. A bad answer is a failure of all backends of
/// the provider; a good one lets the next request try those that are out, because a list of models proves no completion.
/// </summary>
internal sealed class HealthProber(ModelStore models, StateShelf shelf, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using var generation = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            void Next(GatewayModel model) => generation.Cancel();
            models.Changed += Next;
            try
            {
                await WatchAllAsync(models.Current, generation.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Another generation, or the end.
            }
            finally
            {
                models.Changed -= Next;
            }
        }
    }

    private Task WatchAllAsync(GatewayModel model, CancellationToken cancellationToken)
    {
        var watches = model.Providers.Values
            .Select(provider => (Provider: provider, Probe: (provider.Config.Health ?? model.Config.Health) is { Enabled: true } health ? health.Probe : null))
            .Where(watch => watch.Probe is not null)
            .Select(watch => WatchAsync(watch.Provider, watch.Probe!, cancellationToken));
        return Task.WhenAll(watches.Append(Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken)));
    }

    private async Task WatchAsync(Provider provider, ProbeConfig probe, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(probe.Interval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            if (await IsThereAsync(provider, probe, cancellationToken).ConfigureAwait(false) is { } isThere) Tell(provider, isThere);
        }
    }

    /// <summary>Null: the answer says nothing, such as 404 or 401 for this path.</summary>
    private async Task<bool?> IsThereAsync(Provider provider, ProbeConfig probe, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(probe.Interval < LongestWait ? probe.Interval : LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var message = new UpstreamRequest(HttpMethod.Get, new Uri(provider.BaseUrl + probe.Path)) { Host = provider.Host };
        foreach (var (name, value) in provider.Config.Headers.Set) message.Headers.Set(name, value);
        try
        {
            await provider.FirstKey().Credential.ApplyAsync(message, default, either.Token).ConfigureAwait(false);
            using var response = await provider.Transport.SendAsync(message, either.Token).ConfigureAwait(false);
            return response.Status switch
            {
                < 400 => true,
                408 or >= 500 => false,
                _ => null,
            };
        }
        catch (Exception e) when (e is IdentityException or CallerCredentialException)
        {
            return null; // without a credential there is nothing to learn
        }
        catch (Exception e) when (Upstream.IsFailure(e) || e is UnauthorizedAccessException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return false;
        }
    }

    private void Tell(Provider provider, bool isThere)
    {
        foreach (var backend in shelf.Backends.Where(b => b.Provider == provider.Name))
        {
            if (isThere) backend.Circuit.ReturnNow();
            else backend.Circuit.Fail(0);
        }
    }
}
