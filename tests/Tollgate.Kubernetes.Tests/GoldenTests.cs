using Tollgate.Kubernetes.Fields;

namespace Tollgate.Kubernetes.Tests;

/// <summary>The page of manifests tells of the fields as they are read.</summary>
public sealed class GoldenTests
{
    private const string Page = "docs/manifests.md";

    [Fact]
    public void The_checked_in_list_of_fields_is_the_one_that_is_read_with()
    {
        var page = File.ReadAllText(Path.Combine(Repository.Root, Page)).ReplaceLineEndings("\n");
        using var writer = new StringWriter();
        writer.Write(page[..(page.IndexOf(FieldDocument.Mark, StringComparison.Ordinal) + FieldDocument.Mark.Length)] + "\n");
        FieldDocument.Write(writer, KindTable.Default);
        Repository.ShouldHold(Page, writer.ToString());
    }

    [Fact]
    public void A_field_without_effect_says_why_and_a_refused_one_what_to_do()
    {
        foreach (var field in KindTable.Default.Kinds.SelectMany(kind => All(kind.Field))) if (field.Decision != Decision.Honoured) field.Note.ShouldNotBeEmpty(field.Name);
    }

    private static IEnumerable<Field> All(Field field) => field.Fields.SelectMany(All).Prepend(field);
}
