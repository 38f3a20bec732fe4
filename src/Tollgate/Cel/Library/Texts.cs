using System.Text;
using Tollgate.Cel.Values;

namespace Tollgate.Cel.Library;

/// <summary>What can be asked of text, and the size of what has one.</summary>
internal static class Texts
{
    public static CelValue Size(in CelValue value) => value.Kind switch
    {
        CelKind.String => CelValue.Of((long)CodePoints(value.Text)),
        CelKind.Bytes => CelValue.Of((long)value.Bytes.Length),
        CelKind.List => CelValue.Of((long)value.List.Count),
        CelKind.Map => CelValue.Of((long)value.Map.Count),
        _ => CelError.NoOverload,
    };

    public static CelValue Contains(in CelValue text, in CelValue part) =>
        AreTexts(text, part) ? CelValue.Of(text.Text.Contains(part.Text, StringComparison.Ordinal)) : CelError.NoOverload;

    public static CelValue StartsWith(in CelValue text, in CelValue part) =>
        AreTexts(text, part) ? CelValue.Of(text.Text.StartsWith(part.Text, StringComparison.Ordinal)) : CelError.NoOverload;

    public static CelValue EndsWith(in CelValue text, in CelValue part) =>
        AreTexts(text, part) ? CelValue.Of(text.Text.EndsWith(part.Text, StringComparison.Ordinal)) : CelError.NoOverload;

    public static CelValue Matches(in CelValue text, in CelValue pattern)
    {
        if (!AreTexts(text, pattern)) return CelError.NoOverload;
        var (regex, problem) = Patterns.Read(pattern.Text);
        return regex is null ? CelValue.Fail(problem!) : CelValue.Of(regex.IsMatch(text.Text));
    }

    private static bool AreTexts(in CelValue one, in CelValue other) => one.Kind == CelKind.String && other.Kind == CelKind.String;

    private static int CodePoints(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }
}
