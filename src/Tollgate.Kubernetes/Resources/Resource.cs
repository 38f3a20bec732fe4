using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Fields;

namespace Tollgate.Kubernetes.Resources;

/// <summary>One resource as it was written, its fields checked.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Root">All of it.</param>
/// <param name="File">Where it stands.</param>
internal sealed record Resource(Kind Kind, YamlMap Root, string File)
{
    /// <summary>Where resources stand that name no namespace.</summary>
    public const string DefaultNamespace = "default";

    public string Name => Root.Map("metadata")?.Text("name") ?? "";

    public string Namespace => Root.Map("metadata")?.Text("namespace") ?? DefaultNamespace;

    /// <summary>Such as <c>Backend default/openai</c>.</summary>
    public string Title => $"{Kind.Name} {Namespace}/{Name}";

    /// <summary>Where its name stands.</summary>
    public SourcePlace Place => Root.Map("metadata")?["name"]?.Place ?? Root.Place;

    public YamlMap Spec => Root.Map("spec") ?? new YamlMap(Root.Place, []);

    public YamlScalar? Annotation(string name) => Root.Map("metadata")?.Map("annotations")?.Scalar(name);
}
