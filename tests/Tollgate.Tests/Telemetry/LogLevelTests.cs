using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Tollgate.Tests.Authentication;
using Tollgate.Tests.Hosting;

namespace Tollgate.Tests.Telemetry;

/// <summary>How much the gateway says can be changed while it runs.</summary>
public sealed class LogLevelTests
{
    [Fact]
    public async Task Debugging_is_switched_on_and_off_on_the_admin_port()
    {
        using var log = new ListLoggerProvider();
        await using var gateway = await StartAsync(log, "");
        (await gateway.Admin.GetStringAsync("/loglevel")).ShouldBe("info\n");
        await gateway.Client.GetAsync("/v1/models");
        await gateway.UntilAtRestAsync(); // else it would end, and say so, after debugging is switched on
        Ends(log).ShouldBe(0);

        (await PutAsync(gateway, "debug")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await gateway.Client.GetAsync("/v1/models");
        await gateway.UntilAtRestAsync();
        Ends(log).ShouldBe(1);

        (await PutAsync(gateway, "warning")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await gateway.Admin.GetStringAsync("/loglevel")).ShouldBe("warning\n");
        gateway.Host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Tollgate.Any").IsEnabled(LogLevel.Information).ShouldBeFalse();
    }

    [Theory]
    [InlineData("loud")]
    [InlineData("")]
    [InlineData("debug debug debug debug debug debug")]
    public async Task A_word_that_is_no_level_changes_nothing(string word)
    {
        using var log = new ListLoggerProvider();
        await using var gateway = await StartAsync(log, "telemetry: { logLevel: error }");
        var response = await PutAsync(gateway, word);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldContain("debug, info, warning, error, none");
        (await gateway.Admin.GetStringAsync("/loglevel")).ShouldBe("error\n");
    }

    [Fact]
    public async Task Clients_cannot_change_it()
    {
        using var log = new ListLoggerProvider();
        await using var gateway = await StartAsync(log, "");
        using var body = new StringContent("debug");
        (await gateway.Client.PutAsync("/loglevel", body)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static int Ends(ListLoggerProvider log) => log.Lines.Count(l => l.Contains("ended with 200", StringComparison.Ordinal));

    private static Task<HttpResponseMessage> PutAsync(TestGateway gateway, string level) => gateway.Admin.PutAsync("/loglevel", new StringContent(level));

    private static Task<TestGateway> StartAsync(ListLoggerProvider log, string extra) =>
        TestGateway.StartAsync("providers: { sim: { kind: simulator } }\nmodels: { m: sim }\n" + extra, services => services.AddSingleton<ILoggerProvider>(log));
}
