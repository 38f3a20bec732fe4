using Tollgate.Pipeline;
using Tollgate.Routing;

namespace Tollgate.Endpoints.Lanes;

/// <summary>Who is to answer, and what it would be asked.</summary>
internal readonly record struct Candidate(Backend Backend, TransferPlan Plan);
