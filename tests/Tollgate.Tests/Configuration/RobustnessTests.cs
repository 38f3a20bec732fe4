using Tollgate.Configuration;

namespace Tollgate.Tests.Configuration;

/// <summary>Whatever stands in a file, the loader answers with problems and never with an exception.</summary>
public sealed class RobustnessTests
{
    private const string Slips = ":{}[]&*!\"'\t-\n,#|>%@`$~?\\\0";

    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "examples", "many-providers.yaml"));

    [Fact]
    public void A_file_cut_anywhere_is_read_or_refused()
    {
        for (var length = 0; length < Text.Length; length += Step) Read(Text[..length]);
    }

    [Fact]
    public void A_slip_anywhere_is_read_or_refused()
    {
        for (var i = 0; i < Text.Length; i += Step)
        {
            Read(string.Concat(Text.AsSpan(0, i), Slips.AsSpan((i / Step) % Slips.Length, 1), Text.AsSpan(i + 1)));
        }
    }

    [Theory]
    [InlineData("providers: { openai: { key: { file: \"a\\0b\" } } }")]
    [InlineData("providers: { openai: { key: k, body: { set: { \"\\ud800\": \"\\udc00\" } } } }")]
    [InlineData("providers: { openai: { key: k, url: 'https://a.example:99999/' } }")]
    [InlineData("providers: { openai: { key: k, url: 'https://[::1/' } }")]
    [InlineData("providers: { ? { a: b } : c }")]
    [InlineData("providers: &a { openai: *a }")]
    [InlineData("providers: !!binary x")]
    [InlineData("\"\\ud800\": 1")]
    public void What_no_one_writes_is_refused(string text) => Read(text).Config.ShouldBeNull();

    private static int Step => Environment.GetEnvironmentVariable("TOLLGATE_THOROUGH") == "1" ? 1 : 7;

    private static LoadResult Read(string text)
    {
        var result = Should.NotThrow(() => ConfigLoader.Parse(text, "t.yaml", Loading.Context()), text);
        (result.Config is null).ShouldBe(result.Problems.Any(problem => problem.IsError), text);
        result.Problems.ShouldAllBe(problem => problem.Place.Line > 0);
        return result;
    }
}
