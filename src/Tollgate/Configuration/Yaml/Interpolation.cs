using System.Text;

namespace Tollgate.Configuration.Yaml;

/// <summary>
/// Replaces <c>${NAME}</c> and <c>${NAME:-default}</c> (or <c>${NAME:=default}</c>, as manifests have it) inside one value; <c>$$</c> is a dollar sign.
/// It works on values that are already parsed, so what a variable holds can never become YAML.
/// </summary>
internal static class Interpolation
{
    /// <summary>Where in the text something is wrong, and what.</summary>
    public readonly record struct Complaint(int Index, string Message);

    /// <summary>The text with its variables replaced, or null with a complaint.</summary>
    public static string? Replace(string text, Func<string, string?> environment, out Complaint complaint)
    {
        complaint = default;
        if (!text.Contains('$', StringComparison.Ordinal)) return text;

        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var isDollar = text[i] == '$' && i + 1 < text.Length;
            if (isDollar && text[i + 1] == '$')
            {
                result.Append('$');
                i += 2;
            }
            else if (isDollar && text[i + 1] == '{')
            {
                if (!AppendVariable(text, ref i, result, environment, out complaint)) return null;
            }
            else
            {
                result.Append(text[i++]);
            }
        }

        return result.ToString();
    }

    private static bool AppendVariable(
        string text, ref int i, StringBuilder result, Func<string, string?> environment, out Complaint complaint)
    {
        complaint = default;
        var close = text.IndexOf('}', i);
        var inner = close < 0 ? "" : text[(i + 2)..close];
        var split = inner.IndexOf(":-", StringComparison.Ordinal);
        if (split < 0) split = inner.IndexOf(":=", StringComparison.Ordinal);
        var name = split < 0 ? inner : inner[..split];
        if (!IsName(name))
        {
            complaint = new Complaint(i, "this is not a variable: write ${NAME} or ${NAME:-default}, and $$ for a dollar sign");
            return false;
        }

        var value = environment(name);
        if (split >= 0 && string.IsNullOrEmpty(value)) value = inner[(split + 2)..];
        if (value is null)
        {
            complaint = new Complaint(i, $"the variable {name} is not set: set it, or write ${{{name}:-default}}");
            return false;
        }

        result.Append(value);
        i = close + 1;
        return true;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
