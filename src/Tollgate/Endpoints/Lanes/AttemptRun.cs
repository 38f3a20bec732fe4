using System.Globalization;
using Tollgate.Configuration;
using Tollgate.Limits.Admitting;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Endpoints.Lanes;

/// <summary>What is known of a request whose first attempt failed, and who is asked next.</summary>
internal sealed class AttemptRun(AttemptLoop loop, GatewayRequest request, Provider? pinned, RetryConfig retry)
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan DefaultMaxWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(5);

    private readonly List<Backend> _spent = [];
    private readonly List<Backend> _triedAgain = [];
    private readonly List<(Backend Backend, DateTimeOffset Until)> _throttled = [];
    private readonly bool _isLimited = Admissions.Concern(request);
    private readonly long _start = request.StartTimestamp;
    private AttemptOutcome? _tellable;
    private DateTimeOffset? _earliest;
    private int _told;

    /// <param name="backend">Where the attempt was made.</param>
    /// <param name="outcome">How it ended.</param>
    /// <param name="made">Attempts so far.</param>
    /// <param name="before">One that failed beside it; null: there is none.</param>
    internal async ValueTask<Refusal?> GoOnAsync(Backend backend, AttemptOutcome outcome, int made = 1, (Backend Backend, AttemptOutcome Outcome)? before = null)
    {
        if (before is { } other)
        {
            NoteWait(other.Backend, other.Outcome);
            _spent.Add(other.Backend);
            SetAside(other.Outcome);
        }

        for (; ; made++)
        {
            if (outcome.Broken is { } broken) return await new ResumeRun(loop, request, retry, broken).GoOnAsync(backend, outcome, made).ConfigureAwait(false);
            var took = request.Clock.Elapsed;
            NoteWait(backend, outcome);
            if (made >= retry.Attempts || !AttemptLoop.CanGoOn(request, outcome)) break;
            if (await ChooseAsync(backend, outcome).ConfigureAwait(false) is not var (next, plan)) break;
            loop.Attempts.Tell(request, outcome, took);
            SetAside(outcome);
            backend = next;
            request.BeginAttempt();
            outcome = await loop.Attempts.TryAsync(request, plan.Held(mayRetry: made + 1 < retry.Attempts)).ConfigureAwait(false);
        }

        return await EndAsync(outcome).ConfigureAwait(false);
    }

    /// <summary>A refused key is the operator's matter: if somebody else failed in a way that the caller can use, that is told.</summary>
    private async ValueTask<Refusal?> EndAsync(AttemptOutcome outcome)
    {
        if (outcome.Class == FailureClass.Credential && _tellable is { } better)
        {
            outcome.Held?.Dispose();
            outcome = better;
        }
        else
        {
            _tellable?.Held?.Dispose();
        }

        // What one provider alone has said stands in its own headers, to the digit.
        if (_told > 1 && !request.Context.Response.HasStarted) request.Context.Response.OnStarting(PassWaitOn);
        if (outcome.Held is not { } held) return loop.Attempts.Conclude(request, outcome);
        using (held)
        {
            if (outcome.Class == FailureClass.Credential) return ErrorRelay.KeyRefused(request.Record.Provider!, request.Record.ProviderStatus);
            request.BeginAnswer();
            await held.WriteAsync(request).ConfigureAwait(false);
            return null;
        }
    }

    /// <summary>Who is asked next, after what wait; null when the failure is to be told.</summary>
    private async ValueTask<Candidate?> ChooseAsync(Backend failed, AttemptOutcome outcome)
    {
        if (outcome.Class == FailureClass.Transient && retry.Again && !_triedAgain.Contains(failed) && Router.MayAskAgain(failed))
        {
            _triedAgain.Add(failed);
            return await WaitAsync(Jitter(FirstPause)).ConfigureAwait(false) ? await AgainAsync(failed).ConfigureAwait(false) : null;
        }

        _spent.Add(failed);
        if (await NextAsync(outcome.Class == FailureClass.ContextLength ? ModelOf(failed) : null).ConfigureAwait(false) is { } next) return IsInTime(TimeSpan.Zero) ? next : null;
        if (outcome.Class != FailureClass.Throttled) return null;

        // Nobody else is left: whoever may be asked soonest is, if that is not too long to wait.
        var (soonest, until) = _throttled.MinBy(t => t.Until);
        var wait = until - loop.Time.GetUtcNow();
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        return wait <= (retry.MaxWait ?? DefaultMaxWait) && await WaitAsync(wait).ConfigureAwait(false) && Router.MayAskAgain(soonest) ? await AgainAsync(soonest).ConfigureAwait(false) : null;
    }

    /// <summary>The next backend; after a request that was too long for a model, one that is asked for another.</summary>
    private async ValueTask<Candidate?> NextAsync(string? tooSmall)
    {
        while (true)
        {
            var next = loop.Next(request, pinned, _spent).Candidate;
            if (_isLimited && next is { } chosen) (next, _) = await loop.WithRoomAsync(request, pinned, _spent, chosen).ConfigureAwait(false);
            if (next is not var (backend, _) || tooSmall is null || ModelOf(backend) != tooSmall) return next;
            _spent.Add(backend);
        }
    }

    private string ModelOf(Backend backend) => backend.Model ?? request.AskedModel;

    private async ValueTask<Candidate?> AgainAsync(Backend backend)
    {
        if (PlanChoice.Build(request, backend).Plan is not { } plan) return null;
        return _isLimited && await loop.Admissions.TakeQuotaAsync(request, backend.Provider, ModelOf(backend)).ConfigureAwait(false) is not null ? null : new Candidate(backend, plan);
    }

    /// <summary>When whoever failed may be asked again, by its own word; without one a throttled provider is left alone longer each time.</summary>
    private void NoteWait(Backend backend, AttemptOutcome outcome)
    {
        var now = loop.Time.GetUtcNow();
        var told = outcome.Held?.RetryAfter(now);
        if (told is { } wait)
        {
            _told++;
            if (!(_earliest <= now + wait)) _earliest = now + wait;
        }

        if (outcome.Class != FailureClass.Throttled) return;
        var until = now + (told ?? Jitter(BackOff(_throttled.Count)));
        _throttled.RemoveAll(t => t.Backend == backend);
        _throttled.Add((backend, until));
    }

    private void SetAside(AttemptOutcome outcome)
    {
        if (outcome.Class == FailureClass.Credential)
        {
            outcome.Held?.Dispose();
            return;
        }

        _tellable?.Held?.Dispose();
        _tellable = outcome;
    }

    private static TimeSpan BackOff(int before)
    {
        var wait = FirstBackOff * (1 << Math.Min(before, 4));
        return wait < LongestBackOff ? wait : LongestBackOff;
    }

    /// <summary>Half to one and a half times as long, so that callers who failed together do not come back together.</summary>
    private TimeSpan Jitter(TimeSpan wait) => wait * (0.5 + loop.Chance.Next());

    private bool IsInTime(TimeSpan wait) => loop.Time.GetElapsedTime(_start) + wait < (retry.Deadline ?? DefaultDeadline);

    /// <summary>False when the deadline comes first.</summary>
    private async ValueTask<bool> WaitAsync(TimeSpan wait)
    {
        if (!IsInTime(wait)) return false;
        request.Clock.Pause();
        await Task.Delay(wait, loop.Time, request.Context.RequestAborted).ConfigureAwait(false);
        return true;
    }

    /// <summary>The earliest that any of the providers may be asked again, to a caller that is told to come back.</summary>
    private Task PassWaitOn()
    {
        var response = request.Context.Response;
        if (response.StatusCode is not 429 and < 500) return Task.CompletedTask;
        var wait = _earliest!.Value - loop.Time.GetUtcNow();
        if (wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);

        // Where a provider has said it more finely, SDKs believe that first.
        foreach (var finer in (string[])["retry-after-ms", "x-ms-retry-after-ms"])
        {
            if (response.Headers.ContainsKey(finer)) response.Headers[finer] = Math.Ceiling(wait.TotalMilliseconds).ToString("0", CultureInfo.InvariantCulture);
        }

        return Task.CompletedTask;
    }
}
