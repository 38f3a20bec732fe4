namespace Tollgate.Cel.Checking;

/// <summary>What the type parameters of an expression have turned out to be.</summary>
internal sealed class TypeBindings
{
    private Dictionary<string, CelType> bound = new(StringComparer.Ordinal);
    private int fresh;

    /// <summary>A type that nothing is known of yet, such as the elements of <c>[]</c>.</summary>
    public CelType Fresh() => CelType.Parameter($"?{++fresh}");

    /// <summary>Keeps what <paramref name="attempt"/> binds only if it gives true.</summary>
    public bool Try(Func<bool> attempt)
    {
        var before = bound;
        bound = new Dictionary<string, CelType>(before, StringComparer.Ordinal);
        if (attempt()) return true;
        bound = before;
        return false;
    }

    /// <summary>True when a value of type <paramref name="from"/> can stand where <paramref name="to"/> is wanted.</summary>
    public bool Assign(CelType to, CelType from)
    {
        (to, from) = (Shallow(to), Shallow(from));
        if (to == from) return true;
        if (to.IsParameter) return Bind(to, from);
        if (from.IsParameter) return Bind(from, to);
        if (to.IsDyn || from.IsDyn) return true;
        return to.Name == from.Name
            && (to.Element is null || from.Element is null || Assign(to.Element, from.Element))
            && (to.Value is null || from.Value is null || Assign(to.Value, from.Value));
    }

    /// <summary>The type with its parameters replaced; dyn for one that nothing is known of.</summary>
    public CelType Resolve(CelType type)
    {
        type = Shallow(type);
        if (type.IsParameter) return CelType.Dyn;
        return type.Element is null ? type : type with { Element = Resolve(type.Element), Value = type.Value is null ? null : Resolve(type.Value) };
    }

    /// <summary>The signature's own parameters under names of this call.</summary>
    public static CelType Rename(CelType type, int call)
    {
        if (type.IsParameter) return CelType.Parameter($"{type.Name}{call}");
        return type.Element is null ? type : type with { Element = Rename(type.Element, call), Value = type.Value is null ? null : Rename(type.Value, call) };
    }

    public int NextCall() => ++fresh;

    private bool Bind(CelType parameter, CelType type)
    {
        if (Mentions(type, parameter)) return false;
        bound[parameter.Name] = type;
        return true;
    }

    private CelType Shallow(CelType type)
    {
        while (type.IsParameter && bound.TryGetValue(type.Name, out var known)) type = known;
        return type;
    }

    private bool Mentions(CelType type, CelType parameter)
    {
        type = Shallow(type);
        return type == parameter || (type.Element is { } element && Mentions(element, parameter)) || (type.Value is { } value && Mentions(value, parameter));
    }
}
