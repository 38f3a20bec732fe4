using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tollgate.Keys;

namespace Tollgate.Admin;

/// <summary>Maps <c>/admin/v1</c>, all of it behind the <see cref="AdminDoor"/>.</summary>
internal sealed class AdminApi(AdminDoor door, KeyRoom room, KeyResource keys, GroupResource groups, LimitResource limits)
{
    private static readonly string[] Read = ["GET", "HEAD"];

    internal void Map(IEndpointRouteBuilder endpoints)
    {
        Add(endpoints, "keys", (context, who) => context.Request.Method switch
        {
            "GET" or "HEAD" => Task.FromResult(keys.List(context, who)),
            "POST" => keys.CreateAsync(context, who),
            _ => Only(context, "GET, POST"),
        });
        Add(endpoints, "keys/{id}", (context, who) => context.Request.Method switch
        {
            "GET" or "HEAD" => Task.FromResult(keys.Get(who, Value(context, "id"))),
            "PATCH" => keys.UpdateAsync(context, who, Value(context, "id")),
            "DELETE" => keys.DeleteAsync(context, who, Value(context, "id")),
            _ => Only(context, "GET, PATCH, DELETE"),
        });
        Add(endpoints, "keys/{id}/rotate", (context, who) => context.Request.Method == "POST" ? keys.RotateAsync(context, who, Value(context, "id")) : Only(context, "POST"));
        Groups(endpoints, "teams", StoredKind.Team);
        Groups(endpoints, "organizations", StoredKind.Organization);
        Add(endpoints, "limits", (context, who) => Read.Contains(context.Request.Method) ? limits.ListAsync(who, context.RequestAborted) : Only(context, "GET"));
        endpoints.Map("/admin/v1/{**rest}", door.Guard((context, _) => NoSuchResource(context).WriteAsync(context)));
    }

    private void Groups(IEndpointRouteBuilder endpoints, string path, StoredKind kind)
    {
        Add(endpoints, path, (context, who) => context.Request.Method switch
        {
            "GET" or "HEAD" => Task.FromResult(groups.List(who, kind)),
            "POST" => groups.CreateAsync(context, who, kind),
            _ => Only(context, "GET, POST"),
        });
        Add(endpoints, path + "/{name}", (context, who) => context.Request.Method switch
        {
            "GET" or "HEAD" => Task.FromResult(groups.Get(who, kind, Value(context, "name"))),
            "PATCH" => groups.UpdateAsync(context, who, kind, Value(context, "name")),
            "DELETE" => groups.DeleteAsync(context, who, kind, Value(context, "name")),
            _ => Only(context, "GET, PATCH, DELETE"),
        });
    }

    private void Add(IEndpointRouteBuilder endpoints, string path, Func<HttpContext, Administrator, Task<IAdminAnswer>> resource) =>
        endpoints.Map("/admin/v1/" + path, door.Guard(async (context, who) =>
        {
            IAdminAnswer answer;
            try
            {
                answer = room.IsOpen || Read.Contains(context.Request.Method) ? await resource(context, who).ConfigureAwait(false) : NoStore;
            }
            catch (IOException e)
            {
                answer = new AdminProblem(StatusCodes.Status503ServiceUnavailable, "store_unavailable", $"nothing was changed, because the store of keys cannot be written: {e.Message}");
            }

            await answer.WriteAsync(context).ConfigureAwait(false);
        }));

    private static AdminProblem NoStore { get; } =
        new(StatusCodes.Status409Conflict, "no_store", "there is nowhere to keep it: set stateDir or keyStore: file:PATH in the configuration");

    private static Task<IAdminAnswer> Only(HttpContext context, string methods)
    {
        context.Response.Headers.Allow = methods;
        return Task.FromResult<IAdminAnswer>(new AdminProblem(StatusCodes.Status405MethodNotAllowed, "method_not_allowed", $"this takes {methods}"));
    }

    // Behind the door, so that strangers do not learn what is there.
    private static AdminProblem NoSuchResource(HttpContext context) =>
        new(StatusCodes.Status404NotFound, "not_found", $"there is no {context.Request.Method} {context.Request.Path} here");

    private static string Value(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
