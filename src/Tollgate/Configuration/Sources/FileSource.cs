using System.Security.Cryptography;

namespace Tollgate.Configuration.Sources;

/// <summary>
/// A configuration file. Changes are found by its content, looked at when its time or length moves, so that editors that replace the
/// file and mounted config maps that switch a link are seen alike; and only once two looks agree, so that half a file is never read.
/// </summary>
internal sealed class FileSource(string path, ConfigContext context) : ConfigSource
{
    private readonly string _path = Path.GetFullPath(path);
    private byte[] _loaded = [];
    private byte[] _seen = [];
    private (DateTime Written, long Length) _stamp;

    internal override string Name => path;

    internal override LoadResult Load()
    {
        _loaded = _seen = Hash();
        return ConfigLoader.LoadFile(path, context);
    }

    internal override bool HasChanged()
    {
        var stamp = Stamp();
        if (stamp == _stamp && _seen.AsSpan().SequenceEqual(_loaded)) return false;
        _stamp = stamp;
        var now = Hash();
        var settled = now.AsSpan().SequenceEqual(_seen);
        _seen = now;
        return settled && now.Length > 0 && !now.AsSpan().SequenceEqual(_loaded);
    }

    private (DateTime Written, long Length) Stamp()
    {
        try
        {
            var files = ConfigFolder.Files(_path).Select(file => new FileInfo(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file)).Where(file => file.Exists).ToList();
            return files.Count == 0 ? default : (files.Max(file => file.LastWriteTimeUtc), files.Sum(file => file.Length));
        }
        catch (IOException)
        {
            return default; // being replaced right now
        }
    }

    private byte[] Hash()
    {
        try
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var file in ConfigFolder.Files(_path)) hash.AppendData(File.ReadAllBytes(file));
            return hash.GetHashAndReset();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
