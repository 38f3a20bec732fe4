using Microsoft.AspNetCore.Http;
using Tollgate.Admin;
using Tollgate.Metering.Ledger;
using Tollgate.Metering.Reports;

namespace Tollgate.Endpoints.Usage;

/// <summary><c>GET /admin/v1/usage</c>: reports for operators, and for those who manage a team or an organisation about that alone.</summary>
internal sealed class AdminUsage(LedgerDesk desk, TimeProvider time)
{
    internal async Task GetAsync(HttpContext context, Administrator who)
    {
        if (context.Request.Method is not ("GET" or "HEAD"))
        {
            context.Response.Headers.Allow = "GET, HEAD";
            await new AdminProblem(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", "usage can be read, and nothing else: send GET").WriteAsync(context).ConfigureAwait(false);
            return;
        }

        if (desk.Ledger is not { } ledger)
        {
            await new AdminProblem(StatusCodes.Status404NotFound, "no_ledger", "this gateway keeps no ledger: write 'ledger: sqlite' in its configuration").WriteAsync(context).ConfigureAwait(false);
            return;
        }

        var (query, fault) = new UsageQueryReader(context.Request.Query, time.GetUtcNow()).Read();
        if (query is null)
        {
            await new AdminProblem(StatusCodes.Status400BadRequest, "invalid_request", fault!).WriteAsync(context).ConfigureAwait(false);
            return;
        }

        query = Bounded(query, who);
        var rows = await ledger.QueryAsync(query, context.RequestAborted).ConfigureAwait(false);
        var csv = context.Request.Query["format"] == "csv" || context.Request.Headers.Accept.ToString().StartsWith("text/csv", StringComparison.OrdinalIgnoreCase);
        var body = csv ? UsageFormat.Csv(query, rows) : UsageFormat.Json(query, rows);
        context.Response.ContentType = csv ? "text/csv; charset=utf-8" : "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>A filter more: the others narrow it, none widens it.</summary>
    private static UsageQuery Bounded(UsageQuery query, Administrator who)
    {
        if (who.Team is { } team) query = query with { Where = query.Where.Add(new UsageFilter(UsageField.Team, [team])) };
        else if (who.Organization is { } organization) query = query with { Where = query.Where.Add(new UsageFilter(UsageField.Organization, [organization])) };
        return query;
    }
}
