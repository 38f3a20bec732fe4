using Tollgate.Configuration;
using Tollgate.Telemetry;

namespace Tollgate.Model;

/// <summary>Holds the current generation. A request reads it once; a reload swaps it; a broken reload changes nothing.</summary>
internal sealed class ModelStore(ModelCompiler compiler)
{
    private readonly Lock _lock = new();
    private volatile GatewayModel? _current;
    private int _generation;

    /// <summary>Raised after a swap, with the new generation.</summary>
    internal event Action<GatewayModel>? Changed;

    /// <exception cref="InvalidOperationException">Nothing was loaded yet.</exception>
    internal GatewayModel Current => _current ?? throw new InvalidOperationException("no configuration was loaded: call AddTollgate() with one");

    internal bool IsLoaded => _current is not null;

    /// <summary>Compiles and swaps. False, and nothing is changed, when there are errors among <paramref name="problems"/>.</summary>
    internal bool TryLoad(GatewayConfig config, ICollection<ConfigProblem> problems)
    {
        lock (_lock)
        {
            if (compiler.Compile(config, _generation + 1, problems) is not { } model) return false;
            _generation = model.Generation;
            _current = model;
            Changed?.Invoke(model);
            return true;
        }
    }
}
