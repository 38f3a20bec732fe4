using Npgsql;
using Tollgate.Metering.Ledger;

namespace Tollgate.Postgres;

/// <summary>Reads addresses of databases, as libpq writes them: <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require</c>.</summary>
internal static class PostgresUrl
{
    /// <exception cref="LedgerException">It has a parameter that is not known here; the message does not quote values.</exception>
    internal static NpgsqlConnectionStringBuilder Read(string text)
    {
        var url = new Uri(text);
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = url.IdnHost.Trim('[', ']'),
            Port = url.Port > 0 ? url.Port : 5432,
            Database = Uri.UnescapeDataString(url.AbsolutePath.Trim('/')),
            ApplicationName = "tollgate",
            Timeout = 10,
            CommandTimeout = 30,
            KeepAlive = 30,
        };
        var user = url.UserInfo.Split(':', 2);
        if (user[0].Length > 0) builder.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length > 1) builder.Password = Uri.UnescapeDataString(user[1]);
        foreach (var parameter in url.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = parameter.Split('=', 2);
            Set(builder, Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
        }

        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        switch (name)
        {
            case "sslmode" when Enum.TryParse<SslMode>(value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode): builder.SslMode = mode; break;
            case "sslrootcert": builder.RootCertificate = value; break;
            case "password": builder.Password = value; break;
            case "user": builder.Username = value; break;
            case "application_name": builder.ApplicationName = value; break;
            case "search_path": builder.SearchPath = value; break;
            default: throw new LedgerException($"the address of the database has the parameter '{name}', which is not known here or has a wrong value: write sslmode (disable, prefer, require, verify-ca, verify-full), sslrootcert, user, password, application_name or search_path.");
        }
    }
}
