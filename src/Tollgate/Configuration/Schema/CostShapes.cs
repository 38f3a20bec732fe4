using static Tollgate.Configuration.Schema.ScalarShapes;

namespace Tollgate.Configuration.Schema;

/// <summary>What may stand below <c>costs</c>.</summary>
internal static class CostShapes
{
    private static readonly ScalarShape Name = new("a name of letters, digits, _, - and . such as my_cost", "string",
        text => text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') ? null : "")
    {
        Pattern = "^[A-Za-z0-9_.-]{1,63}$",
    };

    private static readonly ObjectShape Cost = new("a map such as { name: total, type: TotalToken }",
    [
        new("name", "Under this name the cost is in the access log and the metrics.", Name) { IsRequired = true },
        new("type", "What is counted; CEL evaluates the expression.", OneOf([.. Enum.GetNames<CostType>()])) { IsRequired = true },
        new("expression", "A CEL expression over the request's tokens that gives a whole number; see docs/costs.md.", Text),
    ])
    { Name = "cost" };

    /// <summary>The list.</summary>
    public static readonly ListShape Costs = new("a list such as [{ name: total, type: TotalToken }]", Cost);
}
