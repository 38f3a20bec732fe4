using System.Runtime.InteropServices;

namespace Tollgate.Protocols.Json;

/// <summary>
/// Edits of a JSON object by spans of its bytes; whatever no edit touches stays byte-identical. Offsets are always those of the
/// original body, in any order of calls. Not thread-safe; keeps its memory over <see cref="Reset"/>, so that it can be pooled.
/// </summary>
/// <remarks>
/// A later call about the same member wins: a value replaced twice gets the second one, and a member removed and then replaced
/// stays. Edits inside a removed member go with it. Spans lie within members: inserting whole members is
/// <see cref="Prepend"/>'s work, which knows whether a comma is due.
/// </remarks>
public sealed class BodyEdits
{
    private readonly List<Edit> _edits = [];
    private readonly List<JsonMember> _removals = [];
    private readonly List<ReadOnlyMemory<byte>> _prepended = [];

    /// <summary>True when the body stays as it is.</summary>
    public bool IsEmpty => _edits.Count == 0 && _removals.Count == 0 && _prepended.Count == 0;

    /// <summary>Forgets all edits.</summary>
    public void Reset()
    {
        _edits.Clear();
        _removals.Clear();
        _prepended.Clear();
    }

    /// <summary>Gives a member a new value in its place.</summary>
    /// <param name="member">A member that exists.</param>
    /// <param name="rawValue">The new value as JSON.</param>
    public void Replace(in JsonMember member, ReadOnlyMemory<byte> rawValue)
    {
        ThrowIfMissing(member);
        for (var i = _removals.Count - 1; i >= 0; i--)
        {
            if (_removals[i].NameStart == member.NameStart) _removals.RemoveAt(i);
        }

        Replace(member.ValueStart, member.ValueEnd, rawValue);
    }

    /// <summary>
    /// Puts other bytes in the place of a span, for example inside a nested object; an empty span inserts. Several inserts
    /// at one offset come out in the order of the calls.
    /// </summary>
    /// <param name="start">First byte that goes.</param>
    /// <param name="end">Just behind the last byte that goes.</param>
    /// <param name="bytes">What comes instead.</param>
    /// <exception cref="InvalidOperationException">The span overlaps an earlier edit without covering it.</exception>
    public void Replace(int start, int end, ReadOnlyMemory<byte> bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfLessThan(end, start);
        var added = new Edit(start, end, bytes);
        for (var i = _edits.Count - 1; i >= 0; i--)
        {
            if (added.Covers(_edits[i])) _edits.RemoveAt(i);
        }

        var at = _edits.Count;
        while (at > 0 && added.ComesBefore(_edits[at - 1])) at--;
        if ((at > 0 && _edits[at - 1].End > start) || (at < _edits.Count && _edits[at].Start < end))
        {
            throw new InvalidOperationException($"The edit of bytes {start} to {end} overlaps an earlier edit.");
        }

        _edits.Insert(at, added);
    }

    /// <summary>Takes a member away, with the comma that would be left over.</summary>
    /// <param name="member">A member that exists.</param>
    public void Remove(in JsonMember member)
    {
        ThrowIfMissing(member);
        var at = _removals.Count;
        while (at > 0 && _removals[at - 1].Ordinal >= member.Ordinal)
        {
            if (_removals[at - 1].Ordinal == member.Ordinal) return;
            at--;
        }

        _removals.Insert(at, member);
    }

    /// <summary>Puts one or more members in front of all others; several calls keep their order.</summary>
    /// <param name="nameAndValue">Such as <c>"anthropic_version":"x"</c>, without a comma around it.</param>
    public void Prepend(ReadOnlyMemory<byte> nameAndValue)
    {
        if (!nameAndValue.IsEmpty) _prepended.Add(nameAndValue);
    }

    /// <summary>Length of the edited body, to the byte.</summary>
    /// <param name="bodyLength">Length of the original body.</param>
    public int GetLength(int bodyLength)
    {
        var length = bodyLength;
        foreach (var prepended in CollectionsMarshal.AsSpan(_prepended)) length += prepended.Length + 1;
        foreach (var edit in CollectionsMarshal.AsSpan(_edits))
        {
            if (!IsRemoved(edit)) length += edit.Bytes.Length - (edit.End - edit.Start);
        }

        var leading = CountLeading();
        for (var i = 0; i < _removals.Count; i++)
        {
            var (start, end) = CutOf(i, leading);
            length -= end - start;
        }

        return length;
    }

    /// <summary>Writes the edited body.</summary>
    /// <param name="body">The original body, already found valid.</param>
    /// <param name="destination">At least <see cref="GetLength"/> bytes that do not overlap the body.</param>
    public void Apply(ReadOnlySpan<byte> body, Span<byte> destination)
    {
        var copy = new Copy(body, destination);
        if (_prepended.Count > 0) WritePrepended(body, ref copy);
        var leading = CountLeading();
        var cut = 0;
        foreach (var edit in CollectionsMarshal.AsSpan(_edits))
        {
            if (IsRemoved(edit)) continue;
            while (cut < _removals.Count && _removals[cut].ValueEnd <= edit.Start) copy.Skip(CutOf(cut++, leading));
            copy.Skip((edit.Start, edit.End));
            copy.Write(edit.Bytes.Span);
        }

        while (cut < _removals.Count) copy.Skip(CutOf(cut++, leading));
        copy.Rest();
    }

    private void WritePrepended(ReadOnlySpan<byte> body, ref Copy copy)
    {
        var contentStart = JsonHead.ContentStart(body);
        copy.Skip((contentStart, contentStart));
        for (var i = 0; i < _prepended.Count; i++)
        {
            copy.Write(_prepended[i].Span);
            // GetLength cannot see whether anything stays, so where no comma is due a blank takes its place.
            copy.Write(i < _prepended.Count - 1 || AnythingStays(body, contentStart) ? ","u8 : " "u8);
        }
    }

    private bool AnythingStays(ReadOnlySpan<byte> body, int contentStart)
    {
        var leading = CountLeading();
        if (leading > 0) return _removals[leading - 1].NextStart >= 0;
        return body[contentStart..].TrimStart(" \t\r\n"u8)[0] != '}';
    }

    /// <summary>How many removals are members 0, 1, 2, … without a gap: those have no kept member before them.</summary>
    private int CountLeading()
    {
        var count = 0;
        while (count < _removals.Count && _removals[count].Ordinal == count) count++;
        return count;
    }

    /// <summary>
    /// The bytes that go with a member: from the value before it, so that the comma in front goes; but where
    /// nothing is kept before it, up to the next member, so that the comma behind goes.
    /// </summary>
    private (int Start, int End) CutOf(int index, int leading)
    {
        var member = _removals[index];
        if (index >= leading) return (member.PreviousEnd, member.ValueEnd);
        return (member.NameStart, member.NextStart >= 0 ? member.NextStart : member.ValueEnd);
    }

    private bool IsRemoved(in Edit edit)
    {
        foreach (ref readonly var removal in CollectionsMarshal.AsSpan(_removals))
        {
            if (edit.Start >= removal.NameStart && edit.End <= removal.ValueEnd) return true;
        }

        return false;
    }

    private static void ThrowIfMissing(in JsonMember member)
    {
        if (!member.Exists) throw new ArgumentException("The body has no such member.", nameof(member));
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Edit(int Start, int End, ReadOnlyMemory<byte> Bytes)
    {
        /// <summary>True when the other one changes nothing but what this one takes away.</summary>
        public bool Covers(Edit other) => Start < End && other.Start >= Start && other.End <= End
            && (other.Start < other.End || (other.Start > Start && other.Start < End));

        /// <summary>Inserts come before a replacement at the same offset, and after earlier inserts.</summary>
        public bool ComesBefore(Edit other) => Start < other.Start || (Start == other.Start && Start == End && other.Start < other.End);
    }

    /// <summary>Copies a body from front to back, leaving spans out and putting bytes in.</summary>
    [StructLayout(LayoutKind.Auto)]
    private ref struct Copy(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        private readonly ReadOnlySpan<byte> _source = source;
        private Span<byte> _destination = destination;
        private int _position;

        public void Skip((int Start, int End) span)
        {
            Write(_source[_position..span.Start]);
            _position = span.End;
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_destination);
            _destination = _destination[bytes.Length..];
        }

        public void Rest() => Write(_source[_position..]);
    }
}
