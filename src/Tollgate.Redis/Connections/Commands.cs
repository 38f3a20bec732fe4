using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Connections;

/// <summary>Commands of few words.</summary>
internal static class Commands
{
    private const int UsualSize = 256;

    internal static readonly byte[] Asking = Of("ASKING");

    internal static readonly byte[] ClusterSlots = Of("CLUSTER", "SLOTS");

    internal static byte[] Of(params ReadOnlySpan<string> words)
    {
        var writer = new CommandWriter(stackalloc byte[UsualSize]);
        writer.Begin(words.Length);
        foreach (var word in words) writer.Text(word);
        return writer.ToArrayAndFree();
    }
}
