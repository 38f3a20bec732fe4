using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Counters;

/// <summary>A counter as commands name it, in the wire's form.</summary>
internal sealed class CounterName
{
    /// <param name="counts">Key of its counts.</param>
    /// <param name="holds">Key of its reservations.</param>
    /// <param name="window">The span that it is over.</param>
    /// <param name="group">Of both keys, see <see cref="IRedis.GroupOf"/>.</param>
    internal CounterName(string counts, string holds, in Limits.CounterWindow window, int group)
    {
        (Keys, Group) = (Texts(counts, holds), group);
        var writer = new CommandWriter([]);
        writer.Number(window.Seconds);
        writer.Number(window.IsSliding ? 1 : 0);
        Window = writer.ToArrayAndFree();
    }

    /// <summary>Its two keys.</summary>
    internal byte[] Keys { get; }

    /// <summary>The seconds of its span, and 1 if it slides: two texts.</summary>
    internal byte[] Window { get; }

    internal int Group { get; }

    private static byte[] Texts(params ReadOnlySpan<string> texts)
    {
        var writer = new CommandWriter([]);
        foreach (var text in texts) writer.Text(text);
        return writer.ToArrayAndFree();
    }
}
