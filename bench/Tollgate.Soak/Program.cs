using System.Globalization;
using Tollgate.Soak;

// Usage: GATEWAY-COMMAND-DLL [MINUTES] [SEED]. See docs/reliability.md.
if (args is not [var gateway, .. var rest])
{
    Console.Error.WriteLine("name the gateway's command: path/Tollgate.Cli.dll [MINUTES] [SEED]");
    return 2;
}

var minutes = rest.Length > 0 ? double.Parse(rest[0], CultureInfo.InvariantCulture) : 10;
var seed = rest.Length > 1 ? int.Parse(rest[1], CultureInfo.InvariantCulture) : 1;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
return await new SoakRun(gateway, TimeSpan.FromMinutes(minutes), seed).RunAsync(stop.Token);
