using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;

namespace Tollgate.Access;

/// <summary>What is looked at before anybody is asked for a key: where a request comes from.</summary>
internal sealed class Doorway
{
    private readonly AddressList? _addresses;
    private readonly CorsPolicy? _cors;

    private Doorway(AddressList? addresses, CorsPolicy? cors) => (_addresses, _cors) = (addresses, cors);

    /// <summary>Null when the configuration has nothing to look at.</summary>
    internal static Doorway? Of(GatewayConfig config) => config.Access is null && config.Cors is null
        ? null
        : new Doorway(config.Access is { } access ? new AddressList(access) : null, config.Cors is { } cors ? new CorsPolicy(cors) : null);

    /// <summary>Null when the request may go on.</summary>
    internal Refusal? Refuse(GatewayRequest request)
    {
        var context = request.Context;
        if (_addresses?.Lets(request.Model.AddressOf(context)) == false) return new Refusal(GatewayErrorKinds.Forbidden, "this address may not call the gateway");
        if (IsFromPage(context)) context.Response.OnStarting(static state => ((CorsPolicy Policy, HttpContext Context))state is var (policy, http) ? policy.MarkAsync(http) : Task.CompletedTask, (_cors!, context));
        return null;
    }

    /// <summary>True when the request comes from a page that may call.</summary>
    internal bool IsFromPage(HttpContext context) => _cors is not null && context.Request.Headers.Origin.ToString() is { Length: > 0 } origin && _cors.Lets(origin);

    /// <summary>True when it was a browser's question whether a page may call, which is then answered.</summary>
    internal bool AnswersPreflight(HttpContext context)
    {
        if (_cors is null || !CorsPolicy.IsPreflight(context.Request) || !IsFromPage(context)) return false;
        _cors.AnswerPreflight(context);
        return true;
    }
}
