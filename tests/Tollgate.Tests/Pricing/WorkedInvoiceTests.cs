using Tollgate.Pricing;
using Tollgate.Protocols;

namespace Tollgate.Tests.Pricing;

/// <summary>
/// Invoices worked out by hand from public price pages. The comment over each names the page, the day on which it said so, and its figures
/// in US dollars for a million tokens; the amount is exact.
/// </summary>
public sealed class WorkedInvoiceTests
{
    public static TheoryData<string, string, TokenUsage, string> Invoices => new()
    {
        // developers.openai.com/api/docs/pricing, 2026-05-04: 2.50 in, 15 out
        { "openai", "gpt-5.4", new() { Input = 1_000, Output = 500 }, "0.01" },
        // developers.openai.com/api/docs/pricing, 2026-05-04: 0.25 cached
        { "openai", "gpt-5.4", new() { Input = 10_000, CachedInput = 8_192, Output = 321 }, "0.011383" },
        // the same under its dated name; reasoning is output
        { "openai", "gpt-5.4-2026-03-05", new() { Input = 10_000, CachedInput = 8_192, Output = 321, Reasoning = 300 }, "0.011383" },
        // developers.openai.com/api/docs/pricing, 2026-05-04: 0.75 in, 4.50 out
        { "openai", "gpt-5.4-mini", new() { Input = 777, Output = 333 }, "0.00208125" },
        // developers.openai.com/api/docs/pricing, 2026-05-04: 0.20 in, 0.02 cached, 1.25 out
        { "openai", "gpt-5.4-nano", new() { Input = 123_457, CachedInput = 100_000, Output = 9 }, "0.00670265" },
        // developers.openai.com/api/docs/pricing, 2026-05-04: 30 in, 180 out
        { "openai", "gpt-5.5-pro", new() { Input = 4_321, Output = 1_234 }, "0.35175" },
        // models.dev, gpt-5.5: 5 in, 0.50 cached, 30 out up to 272,000 tokens
        { "openai", "gpt-5.5", new() { Input = 272_000, CachedInput = 200_000, Output = 1_000 }, "0.49" },
        // models.dev, gpt-5.5: 10, 1 and 45 beyond, for all tokens
        { "openai", "gpt-5.5", new() { Input = 272_001, CachedInput = 200_000, Output = 1_000 }, "0.96501" },
        // openai.com/api-priority-processing, read 2026-11-22: 12.50, 1.25, 75
        { "openai", "gpt-5.5", new() { Input = 1_500, CachedInput = 1_024, Output = 200, ServiceTier = "priority" }, "0.02223" },
        // openai.com/api-priority-processing, read 2026-11-22: 5, 0.50, 30
        { "openai", "gpt-5.4", new() { Input = 1_500, CachedInput = 1_024, Output = 200, ServiceTier = "priority" }, "0.008892" },
        // openai.com/api-priority-processing, read 2026-11-22: 0.45, 0.045, 3.60
        { "openai", "gpt-5-mini", new() { Input = 1_500, CachedInput = 1_024, Output = 200, ServiceTier = "priority" }, "0.00098028" },
        // CommitBrief wiki of openai.com/api/pricing, 2026-05-27: 2.50, 1.25, 10
        { "azure-openai", "gpt-4o-2024-08-06", new() { Input = 12_345, CachedInput = 11_008, Output = 678, ServiceTier = "default" }, "0.0238825" },
        // the same: 0.15 and 0.60; 3.3 micro-dollars
        { "openai", "gpt-4o-mini", new() { Input = 18, Output = 1 }, "0.0000033" },
        // models.dev, o3: 2, 0.50, 8
        { "openai", "o3", new() { Input = 2_006, CachedInput = 1_920, Output = 3_000, Reasoning = 2_560 }, "0.025132" },
        // PromptFuel of OpenAI's page, 2026-10-27: 2, 0.20, 2.50 cache writes, 10
        { "openai", "gpt-6-sol", new() { Input = 9_000, CachedInput = 4_000, CacheCreation = 2_000, Output = 750 }, "0.0193" },
        // tokenmath.io of OpenAI's page, 2026-06-21: 0.02
        { "openai", "text-embedding-3-small", new() { Input = 8_191 }, "0.00016382" },
        // models.dev, whisper-1: 0.006 a minute
        { "openai", "whisper-1", new() { AudioSeconds = 92 }, "0.0092" },
        // platform.claude.com/docs/en/about-claude/pricing, read 2026-11-22: 3 in, 15 out
        { "anthropic", "claude-sonnet-4-6", new() { Input = 1_000, Output = 500 }, "0.0105" },
        // platform.claude.com/docs/en/about-claude/pricing, read 2026-11-22: 0.30 hits, 3.75 writes of 5 minutes
        { "anthropic", "claude-sonnet-4-5-20250929", new() { Input = 15_012, CachedInput = 12_000, CacheCreation = 3_000, Output = 503 }, "0.022431" },
        // platform.claude.com/docs/en/about-claude/pricing, read 2026-11-22: 6 for writes of an hour
        { "anthropic", "claude-sonnet-4-5-20250929", new() { Input = 15_012, CachedInput = 12_000, CacheCreation = 3_000, CacheCreation1h = 1_000, Output = 503 }, "0.024681" },
        // docs.anthropic.com/en/docs/about-claude/pricing: 6 and 22.50 beyond 200,000 tokens, hits a tenth of input
        { "anthropic", "claude-sonnet-4-5", new() { Input = 200_001, CachedInput = 100_000, Output = 1_000 }, "0.682506" },
        // platform.claude.com/docs/en/about-claude/pricing, read 2026-11-22: 5, 6.25, 25
        { "anthropic", "claude-opus-4-5-20251101", new() { Input = 2_222, CacheCreation = 2_000, Output = 77 }, "0.015535" },
        // platform.claude.com/docs/en/about-claude/pricing, read 2026-11-22: 15, 1.50, 75
        { "anthropic", "claude-opus-4-1-20250805", new() { Input = 1_003, CachedInput = 999, Output = 10, ServiceTier = "standard" }, "0.0023085" },
        // platform.claude.com/docs/en/about-claude/pricing, read 2026-11-22: 1, 0.10, 2, 5; 10 for 1,000 searches
        { "anthropic", "claude-haiku-4-5-20251001", new() { Input = 30_000, CachedInput = 20_000, CacheCreation = 5_000, CacheCreation1h = 5_000, Output = 400, WebSearches = 3 }, "0.049" },
        // platform.claude.com/docs/en/about-claude/pricing, read 2026-11-22: 0.80, 4
        { "anthropic", "claude-3-5-haiku-20241022", new() { Input = 1_111, Output = 222 }, "0.0017768" },
        // platform.claude.com/docs/en/about-claude/pricing, read 2026-11-22: 10, 0.25, 50
        { "anthropic", "claude-fable-5-1", new() { Input = 50_000, CachedInput = 49_000, Output = 100 }, "0.02725" },
        // platform.claude.com/docs/en/about-claude/pricing, read 2026-11-22: batches at half the price
        { "anthropic", "claude-opus-4-6", new() { Input = 1_000, Output = 1_000, ServiceTier = "batch" }, "0.015" },
        // synaps of Anthropic's page, 2026-10-10: 0.50, a tenth of it, 2.50 beyond 100,000 tokens
        { "anthropic", "claude-haiku-5-5", new() { Input = 100_001, CachedInput = 60_000, Output = 700 }, "0.0247505" },
        // ai.google.dev/gemini-api/docs/pricing, 2026-10-07: 1.25 up to 200,000 tokens; models.dev: 0.125, 10
        { "gemini", "gemini-2.5-pro", new() { Input = 200_000, CachedInput = 150_000, Output = 5_000, Reasoning = 4_000 }, "0.13125" },
        // the same: 2.50, 0.25, 15 beyond
        { "gcp-vertex", "gemini-2.5-pro", new() { Input = 200_001, CachedInput = 150_000, Output = 5_000 }, "0.2375025" },
        // the same, 2026-10-07: 0.30, audio 1.00
        { "gemini", "gemini-2.5-flash", new() { Input = 3_000, AudioInput = 2_500, Output = 111 }, "0.0029275" },
        // hivebook.wiki: flex at half of 0.10 and 0.40
        { "gcp-vertex", "gemini-2.5-flash-lite", new() { Input = 1_001, Output = 13, ServiceTier = "flex" }, "0.00005265" },
        // ai.google.dev, 2026-10-07: 4 and 18 beyond 200,000 tokens
        { "gemini", "gemini-3.1-pro-preview", new() { Input = 250_000, Output = 2_000 }, "1.036" },
        // docs.x.ai/developers/pricing, read 2026-11-22: 2, 0.50, 6
        { "xai", "grok-4.7", new() { Input = 199_999, CachedInput = 99_999, Output = 1_003 }, "0.2560175" },
        // docs.x.ai/developers/pricing, read 2026-11-22: 4, 1, 12 from 200,000 tokens on
        { "xai", "grok-4.7", new() { Input = 200_000, CachedInput = 100_000, Output = 1_003 }, "0.512036" },
        // docs.x.ai/developers/pricing, read 2026-11-22: 1.25, 2.50
        { "xai", "grok-4.3", new() { Input = 32, Output = 103, Reasoning = 94 }, "0.0002975" },
        // models.dev of docs.mistral.ai/inference/pricing, 2026-08-27: 0.30, 0.03, 0.90
        { "mistral", "codestral-2508", new() { Input = 5_000, CachedInput = 4_096, Output = 64 }, "0.00045168" },
        // models.dev, 2026-05-27: 0.15, 0.075, 0.60
        { "groq", "openai/gpt-oss-120b", new() { Input = 1_234, CachedInput = 1_000, Output = 567 }, "0.0004503" },
        // flexprice of cohere.com/pricing, 2026-11-11: 0.15, 0.60
        { "cohere", "command-r-08-2024", new() { Input = 1_999, Output = 1_001 }, "0.00090045" },
        // puter of cohere.com/pricing, June 2026: 2.00 for 1,000 searches
        { "cohere", "rerank-v4.0-fast", new() { SearchUnits = 3 }, "0.006" },
        // pristren.com: 0.80, 3.20
        { "aws-bedrock", "us.amazon.nova-pro-v1:0", new() { Input = 2_000, Output = 1_000 }, "0.0048" },
        // TokenTracker, 2026-08-06: 0.30, 0.075, 2.50
        { "aws-bedrock", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-2-lite-v1:0", new() { Input = 2_000, CachedInput = 1_500, Output = 1_000 }, "0.0027625" },
    };

    [Theory]
    [MemberData(nameof(Invoices))]
    public void A_request_costs_what_the_price_page_says(string kind, string model, TokenUsage usage, string dollars)
    {
        var price = PriceList.Default.For(kind, model).ShouldNotBeNull();

        Invoice.Total(usage, price).ShouldBe(decimal.Parse(dollars, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void There_are_at_least_thirty_of_them() => Invoices.Count.ShouldBeGreaterThanOrEqualTo(30);
}
