using System.Globalization;
using System.Runtime.InteropServices;
using Tollgate.Configuration;

namespace Tollgate.Epoll;

/// <summary>How many threads poll.</summary>
/// <param name="Loops">0: none, .NET's own sockets are used.</param>
internal readonly record struct EpollSettings(int Loops)
{
    private const string Variable = "TOLLGATE_LOOPS";
    private const int Most = 1024;

    /// <summary>True where it is known to work: Linux on x64 and arm64.</summary>
    internal static bool IsSupported => OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>What the environment asks for; one for each processor where it says nothing.</summary>
    /// <exception cref="ConfigurationException">It is not a number of threads.</exception>
    internal static EpollSettings Read(Func<string, string?> environment)
    {
        if (!IsSupported) return default;
        if (environment(Variable) is not { Length: > 0 } text) return new EpollSettings(Environment.ProcessorCount);
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var loops) && loops <= Most) return new EpollSettings(loops);
        throw new ConfigurationException([new ConfigProblem(SourcePlace.Nowhere("environment"), $"{Variable} is '{text}': write a number of threads up to {Most}, or 0 for the framework's own sockets")]);
    }
}
