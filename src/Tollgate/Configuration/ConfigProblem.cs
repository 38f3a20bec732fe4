namespace Tollgate.Configuration;

/// <summary>Where something was written. Line and column count from 1; 0 when there is no file behind it.</summary>
public readonly record struct SourcePlace(string File, int Line, int Column)
{
    /// <summary>A place for what comes from no file, such as the environment.</summary>
    public static SourcePlace Nowhere(string source) => new(source, 0, 0);

    /// <inheritdoc/>
    public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
}

/// <summary>A mistake in the configuration, or a warning about it.</summary>
/// <param name="Place">Where it was written.</param>
/// <param name="Message">What is wrong, and the line to write instead. Never holds a secret.</param>
/// <param name="IsError">False for a warning: the configuration still compiles.</param>
public sealed record ConfigProblem(SourcePlace Place, string Message, bool IsError = true)
{
    /// <summary><c>file:line:column: message</c>, the form that editors and compilers share.</summary>
    public override string ToString() => IsError ? $"{Place}: {Message}" : $"{Place}: warning: {Message}";
}
