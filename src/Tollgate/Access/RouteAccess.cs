using System.Collections.Frozen;
using Tollgate.Authentication;
using Tollgate.Configuration;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;

namespace Tollgate.Access;

/// <summary>Who may ask for a model, of those who may call: looked at once the model is known.</summary>
internal sealed class RouteAccess
{
    private readonly FrozenSet<string>? _callers;
    private readonly AddressList? _addresses;

    internal RouteAccess(ModelAccessConfig config)
    {
        IEnumerable<string> callers = [.. config.Clients.Select(Caller.OfClient), .. config.Issuers.Select(Caller.OfIssuer), .. config.Passwords ? [Caller.OfPassword] : Array.Empty<string>()];
        _callers = config.NamesCallers ? callers.ToFrozenSet(StringComparer.Ordinal) : null;
        _addresses = config.Addresses is { } addresses ? new AddressList(addresses) : null;
    }

    /// <summary>Null when the request may go on.</summary>
    internal Refusal? Refuse(GatewayRequest request)
    {
        if (_addresses?.Lets(request.Model.AddressOf(request.Context)) == false) return new Refusal(GatewayErrorKinds.Forbidden, "this address may not ask for this model", "model");
        return _callers is null || (request.Client?.KnownBy is { } known && _callers.Contains(known))
            ? null
            : new Refusal(GatewayErrorKinds.Forbidden, $"'{request.Client?.Name}' may not ask for this model: it is for others (access)", "model");
    }
}
