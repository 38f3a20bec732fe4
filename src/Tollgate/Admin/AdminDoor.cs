using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Model;

namespace Tollgate.Admin;

/// <summary>
/// The only way to <c>/admin/v1</c>: a bearer token, of the configuration or made at the first start. Never open, and not for browsers,
/// so that no page can use what a person is logged in to.
/// </summary>
internal sealed class AdminDoor(ModelStore models, BootstrapToken bootstrap, TimeProvider time)
{
    private const int LongestToken = 1024;

    private sealed record Keyhole(SecretSource Source, SecretReader Reader);

    private Keyhole? _keyhole;

    /// <summary>The same handler, for those who may come in; it is told who they are. The others get 401 or 403 and a reason.</summary>
    internal RequestDelegate Guard(Func<HttpContext, Administrator, Task> inside) => context => Refuse(context, out var who) is { } problem
        ? problem.WriteAsync(context)
        : inside(context, who!);

    private AdminProblem? Refuse(HttpContext context, out Administrator? who)
    {
        who = null;
        var headers = context.Request.Headers;
        if (headers.Origin.Count > 0 || headers.ContainsKey("sec-fetch-site"))
        {
            return new AdminProblem(StatusCodes.Status403Forbidden, "not_for_browsers", "the admin API does not answer web pages: call it from a program, or with 'tollgate keys'");
        }

        var token = TokenOf(headers.Authorization.ToString());
        if (token.IsEmpty || token.Length > LongestToken || (who = Find(token)) is null)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return new AdminProblem(StatusCodes.Status401Unauthorized, "unauthenticated", "the admin token is missing or wrong: send 'authorization: Bearer TOKEN'. " + bootstrap.Whereabouts(models.Current.Config));
        }

        context.Response.Headers.CacheControl = "no-store";
        return null;
    }

    private Administrator? Find(ReadOnlySpan<char> token)
    {
        var hash = Hash(token);
        var config = models.Current.Config;
        Administrator? found = null;

        // Every one is compared, whether or not one before it fits: time tells nothing.
        if (Operators(config) is { } operators && CryptographicOperations.FixedTimeEquals(hash, Hash(operators))) found = new Administrator("operator");
        foreach (var admin in config.Admins)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, admin.TokenSha256.AsSpan())) found ??= new Administrator(admin.Name) { Team = admin.Team, Organization = admin.Organization };
        }

        return found;
    }

    private string? Operators(GatewayConfig config)
    {
        if (config.AdminToken is not { } source) return bootstrap.Read(config);
        if (_keyhole is not { } current || current.Source != source) _keyhole = current = new Keyhole(source, new SecretReader(source, time));
        try
        {
            return current.Reader.Read() is { Length: > 0 } token ? token : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // the file was never readable: nobody has the token
        }
    }

    private static ReadOnlySpan<char> TokenOf(string authorization) =>
        authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? authorization.AsSpan(7).Trim() : default;

    private static byte[] Hash(ReadOnlySpan<char> token)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(token.Length)];
        return SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(token, bytes)));
    }
}
