using Tollgate.Routing.Health;

namespace Tollgate.Routing;

/// <summary>Which backend takes a request, or why none does.</summary>
/// <param name="Backend">Null when there is none.</param>
/// <param name="Permit">Goes with the backend: what it must give back if the attempt is not made.</param>
/// <param name="Reason">Why those that could are out; <see cref="RestReason.None"/> when there are none that could.</param>
/// <param name="ReturnsIn">When the first of them may be asked again.</param>
/// <param name="LastError">What that one failed with last.</param>
internal readonly record struct BackendChoice(Backend? Backend, ProbePermit Permit = default, RestReason Reason = RestReason.None, TimeSpan ReturnsIn = default, string? LastError = null);
