using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using OpenAI.Chat;
using Tollgate.Conformance.Tests.DotNet;

namespace Tollgate.Conformance.Tests.Envelopes;

/// <summary>
/// Every envelope there and back: an official client, the gateway, and over real HTTP a stand-in that insists on the provider's
/// own paths, credentials and framing.
/// </summary>
public sealed class EnvelopeTests(EnvelopeGateway gateway) : IClassFixture<EnvelopeGateway>
{
    private const string Question = "Who keeps the keys of the gate?";

    [Theory]
    [InlineData("openai")]
    [InlineData("azure")]
    [InlineData("cohere")]
    public async Task An_OpenAI_client_is_understood_by(string provider)
    {
        var chat = OpenAiClients.At(gateway.Address).GetChatClient(provider);
        ChatCompletion whole = await chat.CompleteChatAsync(new UserChatMessage(Question));
        whole.Content[0].Text.ShouldContain(Question);
        var line = await gateway.LogLineAsync(provider, stream: false);
        line.GetProperty("model_response").GetString().ShouldNotBe(provider);
        line.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(whole.Usage.InputTokenCount);
        line.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(whole.Usage.OutputTokenCount);

        var text = new StringBuilder();
        await foreach (var update in chat.CompleteChatStreamingAsync(new UserChatMessage(Question)))
        {
            foreach (var part in update.ContentUpdate) text.Append(part.Text);
        }

        text.ToString().ShouldBe(whole.Content[0].Text);
        line = await gateway.LogLineAsync(provider, stream: true);
        line.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(whole.Usage.OutputTokenCount);
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("vertex")]
    [InlineData("bedrock")]
    public async Task An_Anthropic_client_is_understood_by(string provider)
    {
        using var client = new AnthropicClient { BaseUrl = new Uri(gateway.Address, "/anthropic").ToString(), ApiKey = "any-key", MaxRetries = 0 };
        var question = new MessageCreateParams { Model = provider, MaxTokens = 500, Messages = [new UserMessageParam(Question)] };
        var whole = await client.Messages.Create(question);
        whole.Content[0].TryPickText(out var answer).ShouldBeTrue();
        answer!.Text.ShouldContain(Question);
        var line = await gateway.LogLineAsync(provider, stream: false);
        line.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(whole.Usage.InputTokens);
        line.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(whole.Usage.OutputTokens);

        var text = new StringBuilder();
        var ended = false;
        await foreach (var update in client.Messages.CreateStreaming(question))
        {
            if (update.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece)) text.Append(piece.Text);
            ended |= update.TryPickStop(out _);
        }

        ended.ShouldBeTrue();
        text.ToString().ShouldBe(answer.Text);
        line = await gateway.LogLineAsync(provider, stream: true);
        line.GetProperty("usage").GetProperty("input_tokens").GetInt64().ShouldBe(whole.Usage.InputTokens);
        line.GetProperty("usage").GetProperty("output_tokens").GetInt64().ShouldBe(whole.Usage.OutputTokens);
    }

    [Theory]
    [InlineData("claude")]
    [InlineData("vertex")]
    public async Task An_Anthropic_client_counts_tokens_at(string provider)
    {
        using var client = new AnthropicClient { BaseUrl = new Uri(gateway.Address, "/anthropic").ToString(), ApiKey = "any-key", MaxRetries = 0 };
        var counted = await client.Messages.CountTokens(new MessageCountTokensParams { Model = provider, Messages = [new UserMessageParam(Question)] });
        counted.InputTokens.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task A_Cohere_client_has_documents_ranked()
    {
        var (status, body, _) = await gateway.Gateway.PostAsync("/cohere/v2/rerank", """{"model":"cohere","query":"toll gate","documents":["a recipe for soup","the toll gate opens at six"],"top_n":1}""");
        status.ShouldBe(200, body);
        var best = JsonDocument.Parse(body).RootElement.GetProperty("results").EnumerateArray().ShouldHaveSingleItem();
        best.GetProperty("index").GetInt32().ShouldBe(1);
    }
}
