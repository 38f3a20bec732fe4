namespace Tollgate.Configuration.Sources;

/// <summary>A way to write configurations other than <c>tollgate.yaml</c>. It ends in the same records.</summary>
internal abstract class ConfigFormat
{
    /// <summary>True for a text of this format. Broken ones, too: their mistakes are this format's to tell.</summary>
    internal abstract bool Recognizes(string text);

    /// <summary>Reads the texts as one configuration.</summary>
    /// <param name="texts">Never empty.</param>
    /// <param name="name">What they are called together: a file or a folder.</param>
    /// <param name="context">What they are read against.</param>
    internal abstract LoadResult Load(IReadOnlyList<ConfigText> texts, string name, ConfigContext context);
}

/// <summary>A text that a configuration is written in.</summary>
/// <param name="File">Named in messages; paths in the text are relative to its folder.</param>
/// <param name="Text">What it holds.</param>
internal sealed record ConfigText(string File, string Text);
