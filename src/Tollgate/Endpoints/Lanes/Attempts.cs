using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Tollgate.Pipeline;
using Tollgate.Telemetry;

namespace Tollgate.Endpoints.Lanes;

/// <summary>Carries out an attempt for a lane and turns what came of it into the lane's answer.</summary>
internal sealed class Attempts(AttemptExecutor executor, ILogger<Attempts> logger)
{
    internal async ValueTask<Refusal?> RunAsync(GatewayRequest request, TransferPlan plan) =>
        Conclude(request, await executor.ExecuteAsync(request, plan).ConfigureAwait(false));

    internal ValueTask<AttemptOutcome> TryAsync(GatewayRequest request, TransferPlan plan) => executor.ExecuteAsync(request, plan);

    /// <summary>Tells the operator of a failure that the client will not hear of.</summary>
    internal void Tell(GatewayRequest request, in AttemptOutcome outcome, TimeSpan took)
    {
        var record = request.Record;
        record.AddFailedAttempt(outcome.Failure?.Code ?? record.ErrorCode, took);
        if (outcome.Failure is { } kind) Log.ProviderFailed(logger, record.RequestId, record.Provider ?? "", kind.Code, outcome.Detail ?? "");
        else Log.AttemptFailed(logger, record.RequestId, record.Provider ?? "", record.ProviderStatus);
    }

    internal Refusal? Conclude(GatewayRequest request, AttemptOutcome outcome)
    {
        var record = request.Record;
        if (outcome.Culprit == Culprit.Client && outcome.Failure is null)
        {
            record.ErrorCode = "client_left";
            if (!request.Context.Response.HasStarted) record.Status = StatusCodes.Status499ClientClosedRequest;
            return null;
        }

        if (outcome.Failure is not { } kind) return null;
        record.ErrorCode = kind.Code;
        Log.ProviderFailed(logger, record.RequestId, record.Provider ?? "", kind.Code, outcome.Detail ?? "");
        return request.Context.Response.HasStarted ? null : new Refusal(kind, outcome.Detail!);
    }
}
