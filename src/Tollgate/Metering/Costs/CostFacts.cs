using Tollgate.Protocols;

namespace Tollgate.Metering.Costs;

/// <summary>What a cost is worked out from: what a request used, or may use at most.</summary>
/// <param name="Usage">Tokens.</param>
/// <param name="Model">Model that was sent to the provider.</param>
/// <param name="Backend">Name of the provider.</param>
/// <param name="Route">Name of the route.</param>
internal readonly record struct CostFacts(TokenUsage Usage, string Model, string Backend, string Route)
{
    public static CostFacts Of(RequestRecord record) => new(record.Usage, record.ServedModel ?? record.AskedModel ?? "", record.Provider ?? "", record.Route ?? "");
}
