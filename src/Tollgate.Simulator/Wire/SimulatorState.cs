using System.Collections.Concurrent;
using Tollgate.Simulator.Content;

namespace Tollgate.Simulator.Wire;

/// <summary>What outlives a request: stored objects, the prompt cache, the source of ids.</summary>
internal sealed class SimulatorState(SimulatorOptions options, TimeProvider time)
{
    public SimulatorOptions Options => options;

    public TimeProvider Time => time;

    public IdSource Ids { get; } = new(options.Chance ?? new Random());

    /// <summary>Stored things by kind (<c>files</c>, <c>responses</c>, …).</summary>
    public ConcurrentDictionary<string, ObjectStore> Stores { get; } = new(StringComparer.Ordinal);

    public PromptCache Cache { get; } = new(time);

    public ObjectStore Store(string kind) => Stores.GetOrAdd(kind, static _ => new ObjectStore());
}

/// <summary>Ids like the providers': a prefix and letters.</summary>
internal sealed class IdSource(Random chance)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private readonly Lock _lock = new();

    public string Next(string prefix, int length)
    {
        lock (_lock) return prefix + new string(chance.GetItems<char>(Letters, length));
    }

    /// <summary>Letters that mean nothing: the padding of Bedrock's events.</summary>
    public string Padding()
    {
        lock (_lock) return Letters[..chance.Next(1, Letters.Length)];
    }

    public Guid Uuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        lock (_lock) chance.NextBytes(bytes);
        bytes[7] = (byte)((bytes[7] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes);
    }
}
