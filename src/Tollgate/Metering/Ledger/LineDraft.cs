using System.Collections.Immutable;
using Tollgate.Metering.Costs;
using Tollgate.Protocols;

namespace Tollgate.Metering.Ledger;

/// <summary>
/// The values of a line. By themselves they are what a slot holds of a request that is under way, so that noting that one is allocates
/// nothing; in a <see cref="UsageEntry"/> they are what a store is given.
/// </summary>
internal record struct LineDraft
{
    internal Guid Id;
    internal int Part;
    internal string RequestId;
    internal DateTimeOffset Start;
    internal TimeSpan Duration;
    internal string Operation;
    internal string Client;
    internal string KeyId;
    internal string Team;
    internal string Organization;
    internal string Model;
    internal string ServedModel;
    internal string Provider;
    internal int Status;
    internal string Error;
    internal TokenUsage Usage;
    internal bool IsEstimated;
    internal bool IsInterrupted;
    internal decimal? Cost;
    internal ImmutableArray<RequestCost> Costs;

    public LineDraft()
    {
        RequestId = Operation = Client = KeyId = Team = Organization = Model = ServedModel = Provider = Error = "";
        Costs = [];
    }
}
