using Npgsql;
using Tollgate.Configuration;
using Tollgate.Limits.Shared;

namespace Tollgate.Postgres.Counters;

/// <summary>Counters by leases in PostgreSQL.</summary>
internal sealed class PostgresCounterKind : CounterKind
{
    private const int MaxConnections = 8;

    /// <inheritdoc/>
    public override bool Serves(CounterStoreKind kind) => kind == CounterStoreKind.Postgres;

    /// <inheritdoc/>
    public override ISharedCounters Create(CounterStoreConfig config, CounterSurroundings surroundings)
    {
        var table = new LeaseTable(Source(config), config.Prefix, Guid.NewGuid());
        return new PostgresCounterStore(table, surroundings.Time, config.Timeout, surroundings.Logger);
    }

    private static NpgsqlDataSource Source(CounterStoreConfig config)
    {
        var builder = new NpgsqlDataSourceBuilder();
        var settings = builder.ConnectionStringBuilder;
        (settings.Host, settings.Port) = config.Addresses[0];
        settings.ApplicationName = "tollgate";
        settings.MaxPoolSize = MaxConnections;
        settings.Timeout = Math.Max(1, (int)config.Timeout.TotalSeconds);
        if (config.User is { } user) settings.Username = user;
        if (config.Database is { } database) settings.Database = database;
        if (config.Authorities is { } authorities) (settings.SslMode, settings.RootCertificate) = (SslMode.VerifyFull, authorities);
        if (config.Password is { Value: { } password }) settings.Password = password.Reveal();
        else if (config.Password is { } file) builder.UsePasswordProvider(_ => file.ReadAsync(default).AsTask().GetAwaiter().GetResult(), (_, cancellation) => file.ReadAsync(cancellation));
        return builder.Build();
    }
}
