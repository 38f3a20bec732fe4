using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Tests.Framing;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

public sealed class UnaryWindowTests
{
    [Fact]
    public void Keeps_head_and_tail_of_any_answer_in_pieces_of_any_size()
    {
        var pieces = Gen.Choose(0, 40).ListOf().ToArbitrary();
        Prop.ForAll(pieces, sizes =>
        {
            using var window = new UnaryWindow(headBytes: 7, tailBytes: 11, wholeBytes: 30);
            var all = new List<byte>();
            foreach (var size in sizes)
            {
                var piece = Enumerable.Range(all.Count, size).Select(i => (byte)i).ToArray();
                all.AddRange(piece);
                window.Append(piece);

                window.Length.ShouldBe(all.Count);
                window.IsWhole.ShouldBe(all.Count <= 30);
                window.Head.ToArray().ShouldBe(all.Take(7));
                window.Tail.ToArray().ShouldBe(all.Count <= 30 ? all : all.TakeLast(11));
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Keeps_whole_at_least_what_head_and_tail_hold()
    {
        using var window = new UnaryWindow(headBytes: 4, tailBytes: 4, wholeBytes: 1);
        window.Append("12345678"u8);
        window.IsWhole.ShouldBeTrue();
        window.Append("9"u8);
        window.IsWhole.ShouldBeFalse();
        window.Tail.ToArray().ShouldBe("6789"u8.ToArray());
    }

    [Fact]
    public void Begins_anew_after_a_reset()
    {
        using var window = new UnaryWindow();
        window.Append(new byte[100_000]);
        window.Reset();
        (window.IsWhole, window.Length, window.Head.Length, window.Tail.Length).ShouldBe((true, 0, 0, 0));
        window.Append("abc"u8);
        window.Tail.ToArray().ShouldBe("abc"u8.ToArray());
    }

    [Fact]
    public void Takes_its_memory_from_a_pool()
    {
        using var window = new UnaryWindow();
        var piece = new byte[5000];
        Allocations.Of(() => Fill(window, piece)).ShouldBe(0);
    }

    private static void Fill(UnaryWindow window, byte[] piece)
    {
        for (var i = 0; i < 30; i++) window.Append(piece);
        window.Reset();
    }
}
