using Tollgate.Configuration.Sources;
using Tollgate.Configuration.Yaml;
using Tollgate.Kubernetes.Resources;

namespace Tollgate.Kubernetes.Translation;

/// <summary>Costs of requests.</summary>
internal static class CostTranslator
{
    public static YamlList? Translate(YamlMap? owner, string key) => owner?[key] is not YamlList { Items.Count: > 0 } list ? null : Tree.List(list.Place, owner.Maps(key).Select(cost => Tree.Map(cost.Place,
    [
        ("name", cost.Scalar("metadataKey")),
        ("type", cost.Scalar("type")),
        ("expression", cost.Scalar("cel")),
    ])));
}
