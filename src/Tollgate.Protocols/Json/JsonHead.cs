using System.Text.Unicode;

namespace Tollgate.Protocols.Json;

/// <summary>
/// Reads the top level of a JSON object in one validating pass that allocates nothing: where the wanted members stand, and
/// whether the whole body is what RFC 8259 calls JSON.
/// </summary>
/// <remarks>
/// Stricter than the RFC in what two readers could understand differently or choke on: a top-level name that comes twice is
/// refused (compared unescaped, so <c>mod\u0065l</c> is <c>model</c>), and so are more than <see cref="MaxDepth"/> levels and
/// more than <see cref="MaxMembers"/> top-level members. A UTF-8 byte-order mark and white space around the object are let pass.
/// </remarks>
public static class JsonHead
{
    /// <summary>How deep containers may be nested, the object itself included.</summary>
    public const int MaxDepth = 256;

    /// <summary>How many members the object may have.</summary>
    public const int MaxMembers = 1024;

    private const int UsualMembers = 64;

    /// <summary>Reads a body and fills <paramref name="members"/>[i] for <paramref name="names"/>[i].</summary>
    /// <param name="body">The whole body.</param>
    /// <param name="names">The top-level names wanted.</param>
    /// <param name="members">At least as long as there are names; a name that the body lacks gets a member that does not exist.</param>
    /// <param name="fault">What is wrong; <see cref="JsonProblem.None"/> when true is returned.</param>
    /// <returns>True when the whole body is valid. When false, <paramref name="members"/> holds what came before the fault.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, JsonNames names, Span<JsonMember> members, out JsonFault fault)
    {
        members[..names.Count].Clear();
        scoped var cursor = new JsonCursor(body, BodyStart(body));
        if (!TryOpen(ref cursor, out fault)) return false;
        var seen = new SeenNames(body, stackalloc int[2 * UsualMembers]);
        var read = TryReadMembers(body, ref cursor, ref seen, names, members, out fault);
        seen.Dispose();
        if (!read) return false;
        if (cursor.Next() >= 0)
        {
            cursor.Fail(JsonExpectation.Nothing);
            fault = cursor.Fault;
            return false;
        }

        // Non-ASCII bytes stand only in strings by now: where there are any, one pass over everything settles them.
        if (cursor.IsAscii || Utf8.IsValid(body)) return true;
        fault = new JsonFault(JsonProblem.InvalidUtf8, JsonPlace.FirstInvalidUtf8(body), null);
        return false;
    }

    /// <summary>
    /// The text of a raw JSON value. False when it is not a JSON string, or when it has no meaning as text because of half a
    /// surrogate pair or bytes that are not UTF-8.
    /// </summary>
    public static bool TryGetString(ReadOnlySpan<byte> rawValue, out string? value)
    {
        value = null;
        if (rawValue.Length < 2 || rawValue[0] != '"') return false;
        var cursor = new JsonCursor(rawValue, 0);
        if (!cursor.SkipString() || cursor.Position != rawValue.Length || !Utf8.IsValid(rawValue)) return false;
        value = JsonText.ToText(rawValue[1..^1]);
        return value is not null;
    }

    /// <summary>True for the raw value <c>true</c>.</summary>
    public static bool IsTrue(ReadOnlySpan<byte> rawValue) => rawValue.SequenceEqual("true"u8);

    /// <summary>True for the raw value <c>null</c>.</summary>
    public static bool IsNull(ReadOnlySpan<byte> rawValue) => rawValue.SequenceEqual("null"u8);

    /// <summary>The raw bytes of an array's first element; empty when the text is no array or begins with no valid element.</summary>
    internal static ReadOnlySpan<byte> FirstElement(ReadOnlySpan<byte> rawArray)
    {
        var cursor = new JsonCursor(rawArray, BodyStart(rawArray));
        if (cursor.Next() != '[' || !cursor.Open()) return default;
        cursor.Next();
        var start = cursor.Position;
        return cursor.SkipValue() ? rawArray[start..cursor.Position] : default;
    }

    /// <summary>Just behind the opening brace of a body that is known to be an object.</summary>
    internal static int ContentStart(ReadOnlySpan<byte> body)
    {
        var cursor = new JsonCursor(body, BodyStart(body));
        cursor.Next();
        return cursor.Position + 1;
    }

    private static int BodyStart(ReadOnlySpan<byte> body) => body.StartsWith("\uFEFF"u8) ? 3 : 0;

    private static bool TryOpen(ref JsonCursor cursor, out JsonFault fault)
    {
        fault = default;
        switch (cursor.Next())
        {
            case '{':
                return cursor.Open();
            case '[' or '"' or '-' or (>= '0' and <= '9') or 't' or 'f' or 'n':
                fault = new JsonFault(JsonProblem.NotAnObject, cursor.Position, null);
                return false;
            default:
                cursor.Fail(JsonExpectation.Value);
                fault = cursor.Fault;
                return false;
        }
    }

    private static bool TryReadMembers(
        ReadOnlySpan<byte> body, ref JsonCursor cursor, ref SeenNames seen, JsonNames names, Span<JsonMember> members, out JsonFault fault)
    {
        var previous = -1;
        var previousEnd = cursor.Position;
        for (var b = cursor.Next(); b != '}'; b = cursor.Next())
        {
            // 1. A comma, except before the first member.
            if (seen.Count > 0)
            {
                if (b != ',') return Failed(ref cursor, JsonExpectation.CommaOrObjectEnd, out fault);
                cursor.Step();
                b = cursor.Next();
            }

            // 2. The name, which must be new.
            var nameStart = cursor.Position;
            if (b != '"') return Failed(ref cursor, seen.Count == 0 ? JsonExpectation.NameOrEnd : JsonExpectation.Name, out fault);
            if (!cursor.SkipString()) return Failed(ref cursor, out fault);
            if (seen.Count == MaxMembers) return Failed(JsonProblem.TooManyMembers, nameStart, out fault);
            var inner = body[(nameStart + 1)..(cursor.Position - 1)];
            var ordinal = seen.Count;
            if (!seen.TryAdd(inner, nameStart, names, out var index)) return Failed(inner, nameStart, out fault);
            if (previous >= 0) members[previous] = members[previous] with { NextStart = nameStart };

            // 3. The value.
            if (cursor.Next() != ':') return Failed(ref cursor, JsonExpectation.Colon, out fault);
            cursor.Step();
            cursor.Next();
            var valueStart = cursor.Position;
            if (!cursor.SkipValue()) return Failed(ref cursor, out fault);
            if (index >= 0) members[index] = new JsonMember(ordinal, nameStart, valueStart, cursor.Position, previousEnd, -1);
            previous = index;
            previousEnd = cursor.Position;
        }

        cursor.Step();
        fault = default;
        return true;
    }

    private static bool Failed(ref JsonCursor cursor, JsonExpectation expected, out JsonFault fault)
    {
        cursor.Fail(expected);
        return Failed(ref cursor, out fault);
    }

    private static bool Failed(ref JsonCursor cursor, out JsonFault fault)
    {
        fault = cursor.Fault;
        return false;
    }

    private static bool Failed(JsonProblem problem, int offset, out JsonFault fault)
    {
        fault = new JsonFault(problem, offset, null);
        return false;
    }

    private static bool Failed(ReadOnlySpan<byte> name, int offset, out JsonFault fault)
    {
        fault = new JsonFault(JsonProblem.DuplicateName, offset, JsonText.ToText(name) ?? "");
        return false;
    }
}
