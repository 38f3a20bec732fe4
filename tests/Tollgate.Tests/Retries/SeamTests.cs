using Tollgate.Pipeline.Resuming;

namespace Tollgate.Tests.Retries;

/// <summary>Where two answers meet, no word is said twice and none is lost.</summary>
public sealed class SeamTests
{
    [Theory]
    // What follows follows.
    [InlineData("one two three ", "four five", "four five")]
    [InlineData("one two three", " four five", " four five")]
    [InlineData("half a wo", "rd and more", "rd and more")]
    // The blank between was said already.
    [InlineData("one two three ", " four five", "four five")]
    [InlineData("line\n\n", "\n\nnext", "next")]
    // The last words, or all of them, once more.
    [InlineData("one two three ", "two three four", "four")]
    [InlineData("one two three", "two three four", " four")]
    [InlineData("Hello world, how are you", "Hello world, how are you today?", " today?")]
    [InlineData("Hi", "Hi there", " there")]
    // A word that was cut is said whole.
    [InlineData("the quick bro", "brown fox", "wn fox")]
    // Chance: these are other words.
    [InlineData("it is very ", "very good", "very good")]
    [InlineData("a banana", "nana is a name", "nana is a name")]
    [InlineData("w001 w002 ", "w003 w004", "w003 w004")]
    [InlineData("one two three ", "", "")]
    public void What_repeats_is_cut(string said, string next, string expected)
    {
        for (var size = 1; size <= Math.Max(1, next.Length); size++) Join(new Seam(said, exact: false), next, size).ShouldBe(expected, $"in pieces of {size}");
    }

    [Theory]
    [InlineData("one two three", " four", " four")]
    [InlineData("one two three ", " four", "four")]
    [InlineData("one two three ", "two three four", "two three four")] // a model that completes its own words means what it says
    [InlineData("and so it was said by them all, and so it was", "and so it was said by them all, and so it was forgotten", " forgotten")]
    public void A_completion_is_cut_only_where_it_repeats_at_length(string said, string next, string expected)
    {
        for (var size = 1; size <= next.Length; size++) Join(new Seam(said, exact: true), next, size).ShouldBe(expected, $"in pieces of {size}");
    }

    [Fact]
    public void New_words_are_passed_on_as_soon_as_they_cannot_be_a_repetition()
    {
        var seam = new Seam("alpha beta ", exact: false);
        seam.Take("b").ShouldBe(""); // beta again?
        seam.Take("u").ShouldBe("bu");
        seam.IsClosed.ShouldBeTrue();
        seam.Take("t beta").ShouldBe("t beta");
    }

    private static string Join(Seam seam, string text, int size)
    {
        var joined = "";
        for (var at = 0; at < text.Length; at += size) joined += seam.Take(text.Substring(at, Math.Min(size, text.Length - at)));
        return joined + seam.Close();
    }
}
