using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Tollgate.Catalog;

namespace Tollgate.Simulator;

/// <summary>Registers the built-in simulator.</summary>
public static class SimulatorServices
{
    /// <summary>Adds the provider kind <c>simulator</c>, which runs inside this process.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="options">What to stand in for, and how fast. Null: everything, at once.</param>
    public static IServiceCollection AddTollgateSimulator(this IServiceCollection services, SimulatorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new InProcessSimulator(options ?? new SimulatorOptions(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IInProcessProvider>(static provider => provider.GetRequiredService<InProcessSimulator>());
        services.AddSingleton<IHostedService>(static provider => provider.GetRequiredService<InProcessSimulator>());
        return services;
    }
}
