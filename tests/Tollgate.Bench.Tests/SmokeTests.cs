using Tollgate.Bench.Rig.Smoke;

namespace Tollgate.Bench.Tests;

/// <summary>What <c>./dev bench --smoke</c> does, one shape at a time.</summary>
public sealed class SmokeTests
{
    private static readonly SmokeLimits Limits = SmokeLimits.Read(Path.Combine(Repository.Root, "bench", "limits.json"));

    public static TheoryData<string> Shapes { get; } = [.. SmokeShape.All.Select(s => s.Name)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_request_takes_no_more_than_is_noted(string name)
    {
        var counted = await SmokeCounters.CountAsync(SmokeShape.All.Single(s => s.Name == name));
        TestContext.Current.TestOutputHelper!.WriteLine(counted.ToString());
        counted.UpstreamWrites.ShouldBeGreaterThanOrEqualTo(0.5, "segments are not counted");
        Limits.Exceeded(name, counted).ShouldBeEmpty();
    }

    [Fact]
    public void Each_counter_beyond_its_limit_is_named_with_the_mend()
    {
        const string Shape = "relay, unary 1 KB";
        var noted = Limits.Noted(Shape);
        Limits.Exceeded(Shape, noted with { Allocated = noted.Allocated * Limits.Factor }).ShouldBeEmpty();
        Limits.Exceeded(Shape, new SmokeCounters(noted.Allocated * 2, noted.UpstreamWrites * 2, noted.ClientWrites * 2)).Count().ShouldBe(3);
        Limits.Exceeded(Shape, noted with { UpstreamWrites = 3 }).ShouldHaveSingleItem().ShouldBe(
            "relay, unary 1 KB: 3 writes to the provider a request, where 1 are noted and 1.5 allowed; find what is new, or note it in bench/limits.json with the reason in the commit");
    }
}
