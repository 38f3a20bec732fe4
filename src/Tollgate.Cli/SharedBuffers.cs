namespace Tollgate.Cli;

/// <summary>How many buffers of a size .NET's shared pool keeps for each processor.</summary>
/// <remarks>
/// By default 32. A request has two while it is answered, so that a gateway with one processor and 64 requests at a time allocated
/// five times as much for each. What nobody needs any more the pool gives back by itself.
/// </remarks>
internal static class SharedBuffers
{
    private const string Variable = "DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION";
    private const string Many = "512";

    /// <summary>The pool looks at the variable, for which there is no setting, when it is first used: called before anything else. Who has set it knows better.</summary>
    internal static void Widen()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null) Environment.SetEnvironmentVariable(Variable, Many);
    }
}
