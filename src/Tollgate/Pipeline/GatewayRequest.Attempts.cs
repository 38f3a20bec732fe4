using Microsoft.AspNetCore.Http;
using Tollgate.Routing;
using Tollgate.Routing.Flow;
using Tollgate.Routing.Health;

namespace Tollgate.Pipeline;

/// <summary>What changes from one attempt to the next.</summary>
internal sealed partial class GatewayRequest
{
    /// <summary>The backend that routing chose and that was not asked yet, with what it must get back if it never is.</summary>
    private Backend? _chosen;
    private ProbePermit _permit;

    /// <summary>The attempt that is under way.</summary>
    internal OpenAttempt Attempt { get; private set; }

    /// <summary>What was held is answered with after all: the time limits may have run out, and nothing but it may be seen.</summary>
    internal void BeginAnswer()
    {
        Clock.Stop();
        Clock.Reuse(Context.RequestAborted);
        if (!Context.Response.HasStarted) Context.Response.Clear();
        Record.BytesOut = 0;
    }

    /// <summary>Another attempt: its own time limits, and nothing left of the one before.</summary>
    internal void BeginAttempt()
    {
        BeginAnswer();
        Record.ErrorCode = null;
        Record.TimeToFirstToken = Record.ProviderHeaders = null;
        Record.ProviderStatus = Record.SkippedEvents = 0;
        Record.ResponseModel = Record.ResponseId = Record.FinishReason = null;
        Record.Usage = default;
        Record.AnswerFinished = false;
        Record.EstimatedOutput = 0;
        Record.Dropped = [];
    }

    /// <summary>Keeps what routing chose until it is asked. What was chosen before and not asked gives its permit back.</summary>
    internal void Choose(Backend? backend, ProbePermit permit)
    {
        if (_permit != default) _chosen!.State.Release(_permit);
        (_chosen, _permit) = (backend, permit);
    }

    /// <summary>An attempt begins. What was chosen for it is its own from now on.</summary>
    internal void StartAttempt(Backend? backend, ProviderGate? gate)
    {
        EndAttempt(default); // one that an exception broke off
        var permit = ReferenceEquals(backend, _chosen) ? _permit : default;
        if (permit != default) _permit = default;
        AskedRest = null;
        Record.ProviderStatus = 0;
        Record.CallersCredential = false;
        backend?.State.Begin();
        Attempt = new OpenAttempt(backend, permit, Elapsed, gate);
    }

    /// <summary>It has ended. Without one nothing happens.</summary>
    internal void EndAttempt(in Verdict verdict)
    {
        Attempt.End(verdict);
        Attempt = default;
    }

    /// <summary>An attempt to go on with what the client has: its own time limits, and its own account.</summary>
    internal void BeginContinuation()
    {
        Clock.Stop();
        Clock.Reuse(Context.RequestAborted);
        Record.ErrorCode = null;
        Record.ProviderStatus = 0;
        Record.ResponseModel = null;
        Record.Usage = default;
        Record.AnswerFinished = false;
        Record.EstimatedOutput = 0;
    }
}
