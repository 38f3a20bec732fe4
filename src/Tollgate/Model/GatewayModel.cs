using System.Collections.Frozen;
using System.Net;
using Microsoft.AspNetCore.Http;
using Tollgate.Access;
using Tollgate.Authentication;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Limits.Rules;
using Tollgate.Metering.Costs;
using Tollgate.Pricing;
using Tollgate.Protocols.Json;
using Tollgate.Routing;

namespace Tollgate.Model;

/// <summary>One compiled generation of the configuration. A request keeps the one that it began with.</summary>
internal sealed class GatewayModel
{
    internal required int Generation { get; init; }

    internal required GatewayConfig Config { get; init; }

    /// <summary>Names of body members that any request or provider needs found.</summary>
    internal required JsonNames Names { get; init; }

    internal required RouteTable Routes { get; init; }

    internal required FrozenDictionary<string, Provider> Providers { get; init; }

    internal required ClientDirectory Clients { get; init; }

    /// <summary>What is looked at before anybody is asked for a key; null: nothing.</summary>
    internal Doorway? Doorway { get; init; }

    /// <summary>Finds callers behind proxies; null: they are where their connections come from.</summary>
    internal CallerAddress? Addresses { get; init; }

    /// <summary>Where a request comes from.</summary>
    internal IPAddress? AddressOf(HttpContext context) => Addresses is null ? context.Connection.RemoteIpAddress : Addresses.Of(context);

    /// <summary>The provider of forwarded operations, or null.</summary>
    internal Provider? Default { get; init; }

    /// <summary>What models cost.</summary>
    internal required PriceBook Prices { get; init; }

    /// <summary>The operator's costs.</summary>
    internal required CostRules Costs { get; init; }

    /// <summary>What may be used.</summary>
    internal required RuleSet Limits { get; init; }

    /// <summary>Identities that its providers are called with.</summary>
    internal required RenewalSet Identities { get; init; }

    /// <summary>Bodies of <c>GET /v1/models</c> and the like, written once.</summary>
    internal required ModelList Models { get; init; }
}

/// <summary>Indexes of the names that every generation looks for. Operators' names follow.</summary>
internal static class BodyNames
{
    internal const int Model = 0;
    internal const int Stream = 1;
    internal const int StreamOptions = 2;
    internal const int AnthropicVersion = 3;
    internal const int AnthropicBeta = 4;
    internal const int PreviousResponseId = 5;

    internal static readonly string[] All = ["model", "stream", "stream_options", "anthropic_version", "anthropic_beta", "previous_response_id"];
}
