using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

/// <summary><c>list[0]</c>, <c>map['key']</c>, <c>map.key</c>.</summary>
internal static class Indexing
{
    public static CelValue At(in CelValue container, in CelValue key)
    {
        if (container.Kind == CelKind.Map)
        {
            return container.Map.TryGet(key, out var value) ? value : CelValue.Fail($"no such key: {(key.Kind == CelKind.String ? $"'{key.Text}'" : key)}");
        }

        if (container.Kind != CelKind.List) return CelError.NoOverload;
        if (Position(key) is not { } at) return CelValue.Fail("invalid_argument: a list is indexed by whole numbers");
        return at >= 0 && at < container.List.Count ? container.List.Items[(int)at] : CelValue.Fail("invalid_argument: index out of bounds");
    }

    public static CelValue Field(in CelValue container, string name)
    {
        if (container.Kind != CelKind.Map) return CelValue.Fail($"type '{CelType.NameOf(container.Kind)}' does not support field selection");
        return container.Map.TryGet(CelValue.Of(name), out var value) ? value : CelValue.Fail($"no such key: '{name}'");
    }

    public static CelValue Has(in CelValue container, string name) => container.Kind == CelKind.Map
        ? CelValue.Of(container.Map.TryGet(CelValue.Of(name), out _))
        : CelValue.Fail($"type '{CelType.NameOf(container.Kind)}' does not support field selection");

    private static long? Position(in CelValue key) => key.Kind switch
    {
        CelKind.Int => key.Int,
        CelKind.Uint => key.Uint > int.MaxValue ? -1 : (long)key.Uint,
        CelKind.Double when key.Double is >= 0 and <= int.MaxValue && Math.Floor(key.Double) == key.Double => (long)key.Double,
        _ => null,
    };
}
