using System.Text;
using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Kubernetes.Resources;

/// <summary>
/// What Secrets and ConfigMaps hold: <c>stringData</c>, <c>data</c> (of Secrets in base64), and for Secrets the annotations
/// <c>substitution.aigw.run/env/KEY: VARIABLE</c> and <c>substitution.aigw.run/file/KEY: PATH</c>, which come first.
/// </summary>
internal sealed class SecretReader(ResourceSet set, ConfigContext context, string fileName, ICollection<ConfigProblem> problems)
{
    private const string FromVariable = "substitution.aigw.run/env/";
    private const string FromFile = "substitution.aigw.run/file/";

    /// <summary>What a reference names, as a value of <c>tollgate.yaml</c>: a text, or <c>{ file: PATH }</c>. Null with a problem.</summary>
    public YamlNode? Read(Resource from, YamlMap reference, string key) =>
        set.Resolve(from, reference, "Secret") is { } secret ? Value(secret, key, reference.Place) : null;

    /// <summary>The same of a Secret that is known. Null with a problem at <paramref name="asked"/>.</summary>
    public YamlNode? Value(Resource holder, string key, SourcePlace asked)
    {
        if (holder.Annotation(FromFile + key) is { } path) return Tree.Map(path.Place, ("file", Tree.Text(path.Place, PathOf(holder, path.Text), path.Written)));
        if (holder.Annotation(FromVariable + key) is { } variable) return OfVariable(variable);
        if (holder.Root.Map("stringData")?.Scalar(key) is { } plain) return Trimmed(plain);
        if (holder.Root.Map("data")?.Scalar(key) is { } data) return holder.Kind.Name == "Secret" ? Decoded(data) : data;

        problems.Error(asked, $"{holder.Title} has no key {key}: add it below stringData");
        return null;
    }

    /// <summary>The same as certificates and keys are written: the path of a file, or <c>{ pem: TEXT }</c>.</summary>
    public static YamlNode? Pem(YamlNode? value) => value switch
    {
        YamlMap file => file["file"],
        YamlScalar text => Tree.Map(text.Place, ("pem", text)),
        _ => null,
    };

    /// <summary>The text itself, read from the file where there is one. Null with a problem.</summary>
    public YamlScalar? Text(Resource holder, string key, SourcePlace asked)
    {
        if (Value(holder, key, asked) is not { } value) return null;
        if (value is YamlScalar scalar) return scalar;

        var path = ((YamlMap)value).Text("file")!;
        if (context.Read(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(fileName)) ?? "", path)) is { } bytes) return Tree.Text(value.Place, Encoding.UTF8.GetString(bytes));
        problems.Error(value.Place, "this file cannot be read: a path is relative to the manifest's folder");
        return null;
    }

    private YamlScalar? OfVariable(YamlScalar variable)
    {
        if (context.Variable(variable.Text) is { } value) return Tree.Text(variable.Place, value.Trim(), $"${{{variable.Text}}}");
        problems.Error(variable.Place, $"the variable {variable.Written} is not set");
        return null;
    }

    private YamlScalar? Decoded(YamlScalar data)
    {
        var bytes = new byte[data.Text.Length];
        if (Convert.TryFromBase64String(data.Text.ReplaceLineEndings(""), bytes, out var length)) return Tree.Text(data.Place, Encoding.UTF8.GetString(bytes, 0, length).Trim());
        problems.Error(data.Place, "this is not base64: write the text itself below stringData");
        return null;
    }

    // A line break at the end comes with block texts, and with files that were encoded.
    private static YamlScalar Trimmed(YamlScalar text) => text.Text == text.Text.Trim() ? text : text with { Text = text.Text.Trim(), Written = text.Written.Trim() };

    private string PathOf(Resource holder, string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(holder.File)) ?? "";
        return folder == Path.GetDirectoryName(Path.GetFullPath(fileName)) ? path : Path.Combine(folder, path);
    }
}
