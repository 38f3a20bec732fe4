using System.Globalization;

namespace Tollgate.Kubernetes.Tests;

/// <summary>Every validation rule of the resources, each with a resource that breaks it and nothing else.</summary>
public sealed class RuleTests
{
    public static TheoryData<string, string, string> Rules
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            using var stream = typeof(RuleTests).Assembly.GetManifestResourceStream("rules.txt")!;
            using var reader = new StreamReader(stream);
            foreach (var line in reader.ReadToEnd().Split('\n').Where(line => line.Contains(" | ", StringComparison.Ordinal) && !line.StartsWith('#')))
            {
                var parts = line.Split(" | ");
                data.Add(parts[0], parts[1], parts[2].Trim());
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_broken_rule_is_told_at_its_place(string kind, string spec, string reason)
    {
        var marked = Manifest.Of(kind, "x", spec);
        var place = marked[..marked.IndexOf('^', StringComparison.Ordinal)];
        var line = place.Count(c => c == '\n') + 1;
        var column = place.Length - place.LastIndexOf('\n');
        var errors = Manifest.Errors(marked.Remove(place.Length, 1));
        var at = string.Create(CultureInfo.InvariantCulture, $"m.yaml:{line}:{column}: ");
        errors.ShouldContain(error => error.StartsWith(at, StringComparison.Ordinal) && error.Contains(reason, StringComparison.Ordinal), string.Join('\n', errors));
        errors.Length.ShouldBeLessThanOrEqualTo(2, string.Join('\n', errors));
    }
}
