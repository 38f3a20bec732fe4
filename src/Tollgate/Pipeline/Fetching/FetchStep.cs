using System.Globalization;
using Tollgate.Configuration;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Pipeline.Fetching;

/// <summary>What must be fetched before a provider can be asked.</summary>
/// <param name="Backend">Who is to be asked.</param>
/// <param name="Rules">What may be fetched.</param>
/// <param name="Parts">Pictures and documents at addresses.</param>
internal sealed record PendingFetch(Backend Backend, FetchConfig Rules, IReadOnlyList<Part> Parts);

/// <summary>Makes a plan whole: fetches all that it wants, each address once, and works it out again with what came.</summary>
internal sealed class FetchStep(MediaFetcher fetcher, TimeProvider time)
{
    /// <summary>More is refused before anything is fetched.</summary>
    internal const int MostAddresses = 20;

    private const int MostOfOneRequest = 4;

    internal async ValueTask<(TransferPlan Plan, AttemptOutcome? Failed)> CompleteAsync(GatewayRequest request, TransferPlan plan)
    {
        var pending = plan.Pending!;
        if (await FetchAsync(request, pending).ConfigureAwait(false) is { } failed) return (plan, failed);
        var (whole, refusal) = TranslatePlan.Build(request, pending.Backend);
        if (refusal is not null) return (plan, AttemptOutcome.Unaskable(refusal));
        return (plan.HoldsErrors ? whole!.Held(plan.MayRetry) : whole!, null);
    }

    /// <summary>The first complaint in the order of the request, or null.</summary>
    private async ValueTask<AttemptOutcome?> FetchAsync(GatewayRequest request, PendingFetch pending)
    {
        using var limit = new CancellationTokenSource(pending.Rules.Timeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, request.GivenUp);
        using var few = new SemaphoreSlim(MostOfOneRequest);
        request.Fetched ??= [];
        var wanted = pending.Parts.DistinctBy(Key).Where(part => !request.Fetched.ContainsKey(Key(part))).ToArray();
        var fetches = wanted.Select(part => FetchAsync(part, pending.Rules, few, both.Token)).ToArray();
        try
        {
            await Task.WhenAll(fetches).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (request.GivenUp.IsCancellationRequested)
        {
            return AttemptOutcome.ClientLeft;
        }
        catch (OperationCanceledException)
        {
            var late = wanted[Array.FindIndex(fetches, fetch => fetch.IsCanceled)];
            return Refuse(late, string.Create(CultureInfo.InvariantCulture, $"was not answered within {pending.Rules.Timeout.TotalSeconds:0.###} s (fetch.timeout)"));
        }

        return Keep(request, wanted, fetches);
    }

    private async Task<FetchedMedia> FetchAsync(Part part, FetchConfig rules, SemaphoreSlim few, CancellationToken cancellationToken)
    {
        await few.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await fetcher.FetchAsync(Inlining.AddressOf(part), part is DocumentPart, rules, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            few.Release();
        }
    }

    private static AttemptOutcome? Keep(GatewayRequest request, Part[] wanted, Task<FetchedMedia>[] fetches)
    {
        var room = request.Model.Config.MaxRequestBody - request.Body.Length;
        for (var i = 0; i < wanted.Length; i++)
        {
            var (source, complaint) = fetches[i].Result;
            if (source is null) return Refuse(wanted[i], complaint!);
            room -= source.Data.Length;
            if (room < 0) return Refuse(wanted[i], "and those before it hold more than a request may (maxRequestBody)");
            request.Fetched![Key(wanted[i])] = source;
        }

        return null;
    }

    private static AttemptOutcome Refuse(Part part, string complaint)
    {
        var place = part.Pointer.TrimStart('/').Replace('/', '.');
        return AttemptOutcome.Unaskable(new Refusal(GatewayErrorKinds.InvalidRequest, $"the address at {place} {complaint}: send the content inline, or an address that can be fetched", place));
    }

    private static (bool IsDocument, string Address) Key(Part part) => (part is DocumentPart, Inlining.AddressOf(part));
}
