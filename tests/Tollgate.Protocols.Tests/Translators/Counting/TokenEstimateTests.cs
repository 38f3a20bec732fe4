using System.Text.Json;
using Tollgate.Protocols.Translators.Counting;

namespace Tollgate.Protocols.Tests.Translators.Counting;

/// <summary>The estimate against the counts of OpenAI's o200k_base, which the samples carry.</summary>
public sealed class TokenEstimateTests
{
    // Tokenizers know some long identifiers by heart; nobody without a vocabulary does.
    private const string Worst = "Long identifier";

    public static TheoryData<string, int, string> Samples()
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "Tollgate.slnx"))) root = root.Parent!;
        using var samples = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(root.FullName, "tests", "testdata", "tokens", "samples.json")));
        var data = new TheoryData<string, int, string>();
        foreach (var sample in samples.RootElement.EnumerateArray())
        {
            data.Add(sample.GetProperty("name").GetString()!, sample.GetProperty("tokens").GetInt32(), sample.GetProperty("text").GetString()!);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void Comes_as_near_as_the_documentation_says(string name, int tokens, string text)
    {
        var error = (Math.Ceiling(TextEstimate.Of(text)) / tokens) - 1;
        error.ShouldBeInRange(name == Worst ? 0 : -0.12, name == Worst ? 0.5 : 0.15, name);
    }

    [Fact]
    public void Is_within_four_percent_over_all_samples_together()
    {
        var (estimate, tokens) = (0.0, 0);
        foreach (var (_, count, text) in Samples().Select(s => s.Data))
        {
            estimate += TextEstimate.Of(text);
            tokens += count;
        }

        (estimate / tokens).ShouldBeInRange(0.96, 1.04);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\ud83d")]
    [InlineData("\u0000\u0001")]
    [InlineData("🏳️‍🌈")]
    [InlineData("aB1")]
    public void Takes_any_text(string text) => TextEstimate.Of(text).ShouldBeInRange(0, 10);

    [Fact]
    public void Grows_with_the_text_and_reads_megabytes_at_once()
    {
        var text = string.Concat(Enumerable.Repeat("word 12 ünïcödé 東京 {}\n", 50_000));
        TextEstimate.Of(text).ShouldBeGreaterThan(100_000);
    }
}
