using System.Text;
using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Sources;

/// <summary>Secrets as texts, and as files that are read again when they change.</summary>
internal sealed class SecretBinder(ConfigContext context, string fileName, ICollection<ConfigProblem> problems)
{
    /// <summary>The secret, or null when there is none. No message quotes it.</summary>
    public SecretSource? Bind(YamlMap map, string key, string path) => map[key] is { } node ? Bind(node, path) : null;

    /// <summary>The same of an entry of a list.</summary>
    public SecretSource? Bind(YamlNode node, string path) => node switch
    {
        YamlScalar { IsBroken: false, IsNull: false, Text.Length: > 0 } scalar => Inline(scalar, path),
        YamlMap file => file.Scalar("file") is { Text.Length: > 0 } name ? OfFile(name, path) : null,
        _ => null,
    };

    /// <summary>Absolute path of a file that can be read, or null when there is none.</summary>
    public string? Path(YamlMap map, string key, string path)
    {
        if (map.Scalar(key) is not { Text.Length: > 0 } name) return null;

        var file = Absolute(name.Text);
        if (file is null || context.Read(file) is null) Unreadable(name, path);
        return file;
    }

    /// <summary>Absolute path of a folder, which need not be there yet; null when none is written.</summary>
    public string? Folder(YamlMap map, string key) => map.Scalar(key) is { Text.Length: > 0 } name ? Absolute(name.Text) : null;

    /// <summary>A store's address, with the path of <c>file:</c> and <c>sqlite:</c> made absolute; null when none is written.</summary>
    public Secret? Store(YamlMap map, string key)
    {
        if (map.Scalar(key) is not { Text.Length: > 0 } address) return null;

        var colon = address.Text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && address.Text[..colon] is "file" or "sqlite" && Absolute(address.Text[(colon + 1)..]) is { } path
            ? new Secret($"{address.Text[..colon]}:{path}")
            : new Secret(address.Text);
    }

    private void Unreadable(YamlScalar name, string path) =>
        problems.Error(name.Place, $"{path}: the file '{name.Written}' cannot be read: a path is relative to the configuration's folder");

    private SecretSource Inline(YamlScalar scalar, string path)
    {
        // It becomes a header's value; often a variable was filled from a file and kept the line break.
        if (HeaderRules.ValueComplaint(scalar.Text) is not null)
        {
            problems.Error(scalar.Place, $"{path} holds a line break or a character that no header can carry: check where it comes from");
        }

        return new SecretSource(new Secret(scalar.Text), null);
    }

    private SecretSource OfFile(YamlScalar name, string path)
    {
        var file = Absolute(name.Text);
        if (file is null || context.Read(file) is not { } bytes)
        {
            Unreadable(name, path);
        }
        else if (HeaderRules.ValueComplaint(Encoding.UTF8.GetString(bytes).Trim()) is not null || Encoding.UTF8.GetString(bytes).Trim().Length == 0)
        {
            problems.Error(name.Place, $"{path}: the file '{name.Written}' must hold the secret on one line and nothing else");
        }

        return new SecretSource(null, file);
    }

    private string? Absolute(string path)
    {
        // No system has a file with a control character that anybody meant, and the framework throws for some.
        if (path.Any(char.IsControl)) return null;

        var folder = fileName.Length == 0 ? "" : System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(fileName)) ?? "";
        return System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, path));
    }
}
