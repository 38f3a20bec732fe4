using System.Collections.Immutable;
using Tollgate.Configuration.Validation;
using Tollgate.Configuration.Values;

namespace Tollgate.Configuration;

/// <summary>
/// <c>TOLLGATE_LISTEN</c> and <c>TOLLGATE_ADMIN</c>, which win over the listeners of any source. The first may hold
/// several addresses with commas between them.
/// </summary>
internal static class ConfigOverrides
{
    private const string Listen = "TOLLGATE_LISTEN";
    private const string Admin = "TOLLGATE_ADMIN";

    /// <summary>
    /// The configuration with the listeners that are in force, checked: whoever listens beyond this machine must know
    /// its callers. Problems are added, not thrown.
    /// </summary>
    public static GatewayConfig Apply(GatewayConfig config, ConfigContext context, ICollection<ConfigProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(problems);
        if (context.Variable(Listen) is { } listen)
        {
            var parts = listen.Split(',', StringSplitOptions.TrimEntries);
            config = config with { Listen = [.. parts.Select(part => Parse(part, Listen, problems)).OfType<ListenAddress>()] };
        }

        if (context.Variable(Admin) is { } admin && Parse(admin, Admin, problems) is { } address)
        {
            config = config with { Admin = address };
        }

        ListenerRules.Check(config, problems);
        return config;
    }

    private static ListenAddress? Parse(string text, string variable, ICollection<ConfigProblem> problems)
    {
        var place = SourcePlace.Nowhere(variable);
        var address = AddressText.Parse(text, place);
        if (address is null) problems.Error(place, $"'{text}' is not an address to listen on: write 127.0.0.1:1975, [::1]:1975, *:1975 or a port");
        return address;
    }
}
