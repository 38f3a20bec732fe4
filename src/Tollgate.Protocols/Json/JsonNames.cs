using System.Text;

namespace Tollgate.Protocols.Json;

/// <summary>
/// A fixed set of top-level member names to look for. A name's index is its position in the constructor's list, and the position
/// of its member in what <see cref="JsonHead.TryRead"/> fills. Make it once and keep it: it is immutable.
/// </summary>
public sealed class JsonNames
{
    private readonly string[] _names;
    private readonly byte[][] _utf8;

    /// <summary>The names to look for, each once, as they read when unescaped.</summary>
    /// <exception cref="ArgumentException">A name is given twice.</exception>
    public JsonNames(params string[] names)
    {
        _names = [.. names];
        _utf8 = Array.ConvertAll(_names, Encoding.UTF8.GetBytes);
        for (var i = 0; i < _names.Length; i++)
        {
            if (IndexOf(_names[i]) != i) throw new ArgumentException($"The name \"{_names[i]}\" is given twice.", nameof(names));
        }
    }

    /// <summary>How many names there are.</summary>
    public int Count => _names.Length;

    /// <summary>The name at that position.</summary>
    public string this[int i] => _names[i];

    /// <summary>The position of a name, or -1.</summary>
    public int IndexOf(string name) => Array.IndexOf(_names, name);

    /// <summary>The position of a name given as unescaped UTF-8, or -1.</summary>
    internal int Find(ReadOnlySpan<byte> unescapedUtf8)
    {
        // A handful of short names: comparing lengths and bytes beats hashing.
        for (var i = 0; i < _utf8.Length; i++)
        {
            if (unescapedUtf8.SequenceEqual(_utf8[i])) return i;
        }

        return -1;
    }
}
