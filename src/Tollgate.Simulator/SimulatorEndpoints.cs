using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Simulator.Wire;

namespace Tollgate.Simulator;

/// <summary>Adds the stand-ins to an application of yours.</summary>
public static class SimulatorEndpoints
{
    /// <summary>
    /// Answers every path that no other endpoint takes, each as the provider that it belongs to. Time comes from the
    /// application's <see cref="TimeProvider"/>, if it has registered one.
    /// </summary>
    public static void MapSimulator(this IEndpointRouteBuilder endpoints, SimulatorOptions options)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(options);
        var time = endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System;
        var dispatcher = new Dispatcher(new SimulatorState(options, time));
        var pipeline = endpoints.CreateApplicationBuilder();
        pipeline.UseWebSockets();
        pipeline.Run(dispatcher.HandleAsync);
        endpoints.MapFallback("/{**path}", pipeline.Build());
    }
}
