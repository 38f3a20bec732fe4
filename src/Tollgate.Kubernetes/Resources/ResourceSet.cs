using Tollgate.Configuration;
using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Kubernetes.Resources;

/// <summary>All resources, and who may refer to whom.</summary>
internal sealed class ResourceSet(IReadOnlyList<Resource> resources, ICollection<ConfigProblem> problems)
{
    private readonly ILookup<string, Resource> _byKind = resources.ToLookup(resource => resource.Kind.Name, StringComparer.Ordinal);

    /// <summary>The resources of a kind, in the order written.</summary>
    public IEnumerable<Resource> Of(string kind) => _byKind[kind];

    public Resource? Find(string kind, string @namespace, string name) => _byKind[kind].FirstOrDefault(resource => resource.Namespace == @namespace && resource.Name == name);

    /// <summary>What a reference names, or null with a problem: there is no such resource, or it may not be referred to from here.</summary>
    public Resource? Resolve(Resource from, YamlMap reference, string kind)
    {
        var name = reference.Text("name");
        if (name is null) return null;

        var space = reference.Text("namespace") ?? from.Namespace;
        if (Find(kind, space, name) is not { } found)
        {
            problems.Error(reference.Place, $"there is no {kind} {space}/{name}: add it to the files, or correct the name{Elsewhere(kind, name)}");
            return null;
        }

        if (space == from.Namespace || IsGranted(from, found)) return found;

        problems.Error(reference.Place, $"{from.Title} may not refer to {found.Title}: a ReferenceGrant in namespace {space} must allow it, from {from.Kind.Group} {from.Kind.Name} of {from.Namespace} to {found.Kind.Name}");
        return null;
    }

    /// <summary>Resources of a kind that target another one; of its parts, those that name none or <paramref name="section"/>.</summary>
    public IEnumerable<Resource> Targeting(string kind, string @namespace, IReadOnlyList<string> targetKinds, string name, string? section = null) =>
        _byKind[kind].Where(policy => policy.Namespace == @namespace && Targets(policy)
            .Any(target => targetKinds.Contains(target.Text("kind") ?? "", StringComparer.Ordinal) && target.Text("name") == name && target.Text("sectionName") == section));

    /// <summary>What a policy targets, in either way to write it.</summary>
    public static IEnumerable<YamlMap> Targets(Resource policy) => policy.Spec.Map("targetRef") is { } single ? [single] : policy.Spec.Maps("targetRefs");

    private string Elsewhere(string kind, string name) =>
        _byKind[kind].FirstOrDefault(resource => resource.Name == name) is { } other ? $" (there is one in namespace {other.Namespace})" : "";

    private bool IsGranted(Resource from, Resource to) => _byKind["ReferenceGrant"].Any(grant => grant.Namespace == to.Namespace
        && grant.Spec.Maps("from").Any(source => source.Text("kind") == from.Kind.Name && (source.Text("group") ?? "") == from.Kind.Group && source.Text("namespace") == from.Namespace)
        && grant.Spec.Maps("to").Any(target => target.Text("kind") == to.Kind.Name && (target.Text("group") ?? "") == to.Kind.Group && (target.Text("name") is not { } only || only == to.Name)));
}
