using Tollgate.Model;
using Tollgate.Pipeline;

namespace Tollgate.Limits.Rules;

/// <summary>What a limit is compared with: a request, and of a quota the provider that is about to be asked.</summary>
/// <param name="Request">The request.</param>
/// <param name="Provider">Null while the request itself is admitted.</param>
/// <param name="Served">The model that the provider is asked for; null when the request names none.</param>
internal readonly record struct Asked(GatewayRequest Request, Provider? Provider = null, string? Served = null);
