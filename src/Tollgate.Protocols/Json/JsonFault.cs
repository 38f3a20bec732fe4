using System.Runtime.InteropServices;

namespace Tollgate.Protocols.Json;

/// <summary>Why a body was not read.</summary>
public enum JsonProblem
{
    /// <summary>Nothing is wrong.</summary>
    None,

    /// <summary>It breaks the grammar of RFC 8259.</summary>
    Malformed,

    /// <summary>It is JSON, but not an object.</summary>
    NotAnObject,

    /// <summary>A top-level name comes twice, so that two readers could see two different requests.</summary>
    DuplicateName,

    /// <summary>It is nested deeper than <see cref="JsonHead.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>It has more top-level members than <see cref="JsonHead.MaxMembers"/>.</summary>
    TooManyMembers,

    /// <summary>A string holds bytes that are not UTF-8.</summary>
    InvalidUtf8,
}

/// <summary>What is wrong with a body, and where.</summary>
/// <param name="Problem">The kind of fault.</param>
/// <param name="Offset">Byte offset in the body of what was found instead of what was expected.</param>
/// <param name="Name">The unescaped name that comes twice; null for other problems.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct JsonFault(JsonProblem Problem, int Offset, string? Name)
{
    private const int LongestNameShown = 64;

    /// <summary>What the grammar allows at <see cref="Offset"/>.</summary>
    internal JsonExpectation Expected { get; init; }

    /// <summary>
    /// A sentence for the caller: what was expected, what was found, and the place as line and column, from 1. It never
    /// holds a value of the body, only the kind of byte that was found.
    /// </summary>
    /// <param name="body">The body that was read.</param>
    public string Describe(ReadOnlySpan<byte> body) => Problem switch
    {
        JsonProblem.None => "The body is a JSON object.",
        JsonProblem.Malformed => $"The body is not valid JSON: expected {Expected.InWords()} but found {JsonPlace.Found(body, Offset)} at {JsonPlace.Of(body, Offset)}.",
        JsonProblem.NotAnObject => $"The body must be a JSON object, but {JsonPlace.Found(body, Offset)} begins it at {JsonPlace.Of(body, Offset)}.",
        JsonProblem.DuplicateName => $"The member \"{Shown(Name)}\" comes twice; the second one is at {JsonPlace.Of(body, Offset)}. Remove one of them.",
        JsonProblem.TooDeep => $"The body is nested deeper than {JsonHead.MaxDepth} levels at {JsonPlace.Of(body, Offset)}.",
        JsonProblem.TooManyMembers => $"The body has more than {JsonHead.MaxMembers} top-level members; the first too many is at {JsonPlace.Of(body, Offset)}.",
        _ => $"The body is not valid UTF-8 at {JsonPlace.Of(body, Offset)}.",
    };

    private static string? Shown(string? name) => name?.Length > LongestNameShown ? name[..LongestNameShown] + "…" : name;
}
