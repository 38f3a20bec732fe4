using Tollgate.Bench.Load;
using Tollgate.Bench.Rig;
using Tollgate.Bench.Rig.Subjects;
using Tollgate.Bench.Wire;

namespace Tollgate.Bench.Tests;

/// <summary>What the command sets up for its own process, and gateways within another process do not have.</summary>
public sealed class CommandTests
{
    private const int AtATime = 64;
    private const int Requests = 10_000;

    // 650 B, as with few at a time; 1,700 to 4,000 with the runtime's own 32 buffers of a size for each processor.
    private const double MostBytes = 1000;

    [Fact]
    public async Task On_one_processor_many_requests_at_a_time_allocate_no_more_than_few()
    {
        var processors = Processors.Divide();
        Assert.SkipWhen(processors is null, "this machine has one processor, or no taskset");
        using var workshop = new Workshop(Repository.Root);
        var command = new TollgateKind(Names.Bare, TollgateConfigs.Bare);
        if (command.Missing(workshop) is { } missing) Assert.Skip(missing);
        using var mock = await Subject.StartAsync(new MockKind(), workshop);
        using var gateway = await Subject.StartAsync(command, workshop, processors);
        using var loop = new ClosedLoop(gateway.Port, AtATime, gateway.Request(AnswerShape.Short));
        await loop.RunAsync(LoadPhase.Of(2 * Requests));

        // The least of some, as the compiler and whatever else runs now and then allocate, too.
        var least = double.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = await ProcessMeters.AllocatedAsync(gateway.Admin);
            await loop.RunAsync(LoadPhase.Of(Requests));
            least = Math.Min(least, (await ProcessMeters.AllocatedAsync(gateway.Admin) - before).ShouldNotBeNull() / Requests);
        }

        least.ShouldBeLessThan(MostBytes);
    }
}
