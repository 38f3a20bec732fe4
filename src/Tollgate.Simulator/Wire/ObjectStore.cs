using System.Text.Json.Nodes;
using Tollgate.Simulator.Content;

namespace Tollgate.Simulator.Wire;

/// <summary>A stored thing: what the API shows of it, and bytes or other parts that it does not show.</summary>
internal sealed record StoredObject(string Id, JsonObject Shown, byte[] Content, JsonNode? Hidden = null)
{
    // Parsed JSON takes several times the room of its text.
    private const int NodeWeight = 8;

    /// <summary>About how many bytes it takes.</summary>
    public long Weight { get; } = Content.Length + (NodeWeight * (JsonText.Bytes(Shown).LongLength + JsonText.Bytes(Hidden).LongLength));
}

/// <summary>A bounded store: the oldest thing makes room for the newest.</summary>
internal sealed class ObjectStore
{
    private const int MaxCount = 1000;
    private const long MaxBytes = 128L << 20;

    private readonly Lock _lock = new();
    private readonly LinkedList<StoredObject> _order = new();
    private readonly Dictionary<string, LinkedListNode<StoredObject>> _byId = new(StringComparer.Ordinal);
    private long _bytes;

    public void Put(StoredObject stored)
    {
        lock (_lock)
        {
            Drop(stored.Id);
            _byId[stored.Id] = _order.AddLast(stored);
            _bytes += stored.Weight;
            while (_order.Count > MaxCount || (_bytes > MaxBytes && _order.Count > 1)) Drop(_order.First!.Value.Id);
        }
    }

    public StoredObject? Find(string id)
    {
        lock (_lock) return _byId.TryGetValue(id, out var node) ? node.Value : null;
    }

    public bool Remove(string id)
    {
        lock (_lock) return Drop(id);
    }

    /// <summary>Newest first, as the lists of the APIs are.</summary>
    public List<StoredObject> All()
    {
        lock (_lock) return [.. _order.Reverse()];
    }

    private bool Drop(string id)
    {
        if (!_byId.Remove(id, out var node)) return false;
        _order.Remove(node);
        _bytes -= node.Value.Weight;
        return true;
    }
}
