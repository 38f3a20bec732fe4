using Tollgate.Configuration.Values;
using Tollgate.Configuration.Yaml;

namespace Tollgate.Configuration.Schema;

/// <summary>Compares what was written with the shape it should have, and reports every difference at its place.</summary>
/// <param name="problems">Gets them.</param>
/// <param name="unserved">Gets what is well written but cannot be run with; null: there is no such thing.</param>
internal sealed class ShapeChecker(ICollection<ConfigProblem> problems, ICollection<ConfigProblem>? unserved = null)
{
    /// <summary>Checks a node and everything in it. <paramref name="name"/> is what holds it, for messages.</summary>
    public void Check(YamlNode node, Shape shape, string name)
    {
        if (node is YamlScalar { IsBroken: true }) return;

        switch (shape, node)
        {
            case (FormsShape forms, _):
                Check(node, FormOf(forms, node), name, forms);
                break;
            case (ScalarShape single, YamlScalar { IsNull: false } value):
                CheckValue(value, single, name);
                break;
            case (ListShape list, YamlList items):
                foreach (var item in items.Items) Check(item, list.Item, name);
                CheckItems(items, list, name);
                break;
            case (MapShape map, YamlMap entries):
                CheckNames(entries, map, name);
                break;
            case (ObjectShape known, YamlMap entries):
                CheckKeys(entries, known, name);
                break;
            case (ObjectShape { MayBeEmpty: true }, YamlScalar { IsNull: true }):
            case (AnyShape, _):
                break;
            default:
                problems.Error(node.Place, $"{name} must be {shape.Expected}, and here is {node.Noun}");
                break;
        }
    }

    private void Check(YamlNode node, Shape? form, string name, FormsShape forms)
    {
        if (form is not null) Check(node, form, name);
        else problems.Error(node.Place, $"{name} must be {forms.Expected}, and here is {node.Noun}");
    }

    private static Shape? FormOf(FormsShape forms, YamlNode node) => forms.Forms.FirstOrDefault(form => (form, node) switch
    {
        (ScalarShape, YamlScalar { IsNull: false }) => true,
        (ListShape, YamlList) => true,
        (ObjectShape or MapShape, YamlMap) => true,
        _ => false,
    });

    private void CheckValue(YamlScalar value, ScalarShape shape, string name)
    {
        if (shape.Complaint(value.Text) is not { } complaint) return;

        if (complaint.Length > 0) problems.Error(value.Place, $"{name}: {complaint}");
        else if (value.Text.Length == 0) problems.Error(value.Place, $"{name} must be {shape.Expected}, and this is empty");
        else if (shape.IsSecret) problems.Error(value.Place, $"{name} must be {shape.Expected}");
        else problems.Error(value.Place, $"{name} must be {shape.Expected}, not '{value.Written}'");
    }

    private void CheckNames(YamlMap map, MapShape shape, string name)
    {
        foreach (var entry in map.Entries)
        {
            if (entry.Key.Length == 0 || entry.Key.Any(char.IsControl)) problems.Error(entry.Place, $"a name in {name} must not be empty or hold line breaks");
            Check(entry.Value, shape.Value, $"{name}.{entry.Key}");
        }
    }

    private void CheckKeys(YamlMap map, ObjectShape shape, string name)
    {
        foreach (var entry in map.Entries)
        {
            var path = name.Length == 0 ? entry.Key : $"{name}.{entry.Key}";
            if (shape.Find(entry.Key) is not { } key) problems.Error(entry.Place, Unknown(entry.Key, shape, name));
            else if (key.Refusal is not null) problems.Error(entry.Place, $"{path} is not supported by this version: {key.Refusal}");
            else CheckKey(entry, key, path);
        }

        foreach (var key in shape.Keys.Where(key => key.IsRequired && map[key.Name] is null && !IsMeant(key, map, shape)))
        {
            problems.Error(map.Place, name.Length == 0 ? $"{key.Name}: is missing" : $"{name} needs {key.Name}: {key.Shape.Expected}");
        }

        if (!shape.Rules.IsEmpty) CheckRules(map, shape, name);
    }

    private void CheckKey(YamlEntry entry, ConfigKey key, string path)
    {
        Check(entry.Value, key.Shape, path);
        if (key.Idle is not null) problems.Warning(entry.Place, $"{path} has no effect: {key.Idle}");
        if (key.Unserved is not null) unserved?.Add(new ConfigProblem(entry.Place, $"{path} cannot be served: {key.Unserved}"));
    }

    private void CheckItems(YamlList list, ListShape shape, string name)
    {
        if (list.Items.Count < shape.Minimum) problems.Error(list.Place, $"{name} needs {shape.Minimum} or more items, and here {Are(list.Items.Count)}");
        if (shape.Maximum > 0 && list.Items.Count > shape.Maximum) problems.Error(list.Items[shape.Maximum].Place, $"{name} may have {shape.Maximum} items, and here {Are(list.Items.Count)}: take some out");
        if (shape.UniqueBy is not { } key) return;

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var value in list.Items.Select(item => key.Length == 0 ? item : (item as YamlMap)?[key]).OfType<YamlScalar>())
        {
            if (!seen.Add(value.Text)) problems.Error(value.Place, $"{name} has '{value.Written}' twice: keep one of them");
        }
    }

    private static string Are(int count) => count == 1 ? "is 1" : $"are {count}";

    private void CheckRules(YamlMap map, ObjectShape shape, string name)
    {
        foreach (var rule in shape.Rules)
        {
            if (rule.Check(map) is not { } broken) continue;
            var place = map.Entries.FirstOrDefault(entry => entry.Key == broken.Key)?.Place ?? map.Place;
            problems.Error(place, name.Length == 0 ? broken.Message : $"{name}: {broken.Message}");
        }
    }

    // A misspelt or misplaced key was reported as such; that the right one is missing is the same mistake.
    private static bool IsMeant(ConfigKey key, YamlMap map, ObjectShape shape) => map.Entries.Any(entry =>
        shape.Find(entry.Key) is null && (shape.Elsewhere.ContainsKey(entry.Key) || Spelling.Near(entry.Key, [key.Name]).Count > 0));

    private static string Unknown(string written, ObjectShape shape, string name)
    {
        var where = name.Length == 0 ? "" : $" in {name}";
        if (shape.Elsewhere.TryGetValue(written, out var mend)) return $"'{written}' does not belong{(name.Length == 0 ? " here" : where)}: {mend}";

        var known = shape.Keys.Select(key => key.Name).ToList();
        return $"unknown key '{written}'{where}" + Spelling.DidYouMean(written, known, $"the keys here are {string.Join(", ", known)}");
    }
}
