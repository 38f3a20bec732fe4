namespace Tollgate.Cel;

/// <summary>Why an expression does not compile.</summary>
/// <param name="Line">Counts from 1.</param>
/// <param name="Column">Counts from 1, in characters.</param>
/// <param name="Message">What is wrong and, where that can be told, the mend.</param>
internal sealed record CelProblem(int Line, int Column, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Line}:{Column}: {Message}";

    public static CelProblem At(string text, int offset, string message)
    {
        var before = text.AsSpan(0, Math.Clamp(offset, 0, text.Length));
        return new CelProblem(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), message);
    }
}
