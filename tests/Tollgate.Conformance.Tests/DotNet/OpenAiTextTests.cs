using System.ClientModel;
using System.Text;
using System.Text.Json;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Responses;

namespace Tollgate.Conformance.Tests.DotNet;

/// <summary>OpenAI's .NET client, pointed at the gateway: what an application does with words.</summary>
public sealed class OpenAiTextTests(SimulatedGateway gateway) : IClassFixture<SimulatedGateway>
{
    private const string Question = "Is the bridge open today?";
    private readonly OpenAIClient _client = OpenAiClients.At(gateway.Address);

    [Fact]
    public async Task Chats()
    {
        ChatCompletion answer = await _client.GetChatClient("gpt-5").CompleteChatAsync(new SystemChatMessage("Be brief."), new UserChatMessage(Question));
        answer.Content[0].Text.ShouldContain(Question);
        answer.FinishReason.ShouldBe(ChatFinishReason.Stop);
        answer.Usage.TotalTokenCount.ShouldBe(answer.Usage.InputTokenCount + answer.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Streams_the_same_answer_with_the_same_usage()
    {
        var chat = _client.GetChatClient("gpt-5");
        ChatCompletion whole = await chat.CompleteChatAsync(new UserChatMessage(Question));
        var text = new StringBuilder();
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync(new UserChatMessage(Question)))
        {
            foreach (var part in update.ContentUpdate) text.Append(part.Text);
            usage = update.Usage ?? usage;
        }

        text.ToString().ShouldBe(whole.Content[0].Text);
        usage.ShouldNotBeNull().TotalTokenCount.ShouldBe(whole.Usage.TotalTokenCount);
    }

    [Fact]
    public async Task Calls_a_tool_and_takes_its_result()
    {
        var chat = _client.GetChatClient("gpt-5");
        var options = new ChatCompletionOptions
        {
            Tools = { ChatTool.CreateFunctionTool("toll_price", "The price of a crossing", BinaryData.FromString("""{"type":"object","properties":{"axles":{"type":"integer","minimum":2}},"required":["axles"]}""")) },
            ToolChoice = ChatToolChoice.CreateRequiredChoice(),
        };
        ChatCompletion called = await chat.CompleteChatAsync([new UserChatMessage(Question)], options);
        called.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        var call = called.ToolCalls.ShouldHaveSingleItem();
        call.FunctionName.ShouldBe("toll_price");
        JsonDocument.Parse(call.FunctionArguments).RootElement.GetProperty("axles").GetInt32().ShouldBe(2);

        ChatCompletion after = await chat.CompleteChatAsync(new UserChatMessage(Question), new AssistantChatMessage(called), new ToolChatMessage(call.Id, "nine crowns"));
        after.Content[0].Text.ShouldContain("nine crowns");
    }

    [Fact]
    public async Task Gets_an_answer_of_the_shape_it_asks_for()
    {
        var schema = BinaryData.FromString("""{"type":"object","properties":{"colour":{"type":"string","enum":["red","green"]}},"required":["colour"],"additionalProperties":false}""");
        var options = new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("sign", schema, jsonSchemaIsStrict: true) };
        ChatCompletion answer = await _client.GetChatClient("gpt-5").CompleteChatAsync([new UserChatMessage(Question)], options);
        JsonDocument.Parse(answer.Content[0].Text).RootElement.GetProperty("colour").GetString().ShouldBe("red");
    }

    [Fact]
    public async Task Creates_reads_and_deletes_a_response()
    {
        var responses = _client.GetResponsesClient();
        ResponseResult created = await responses.CreateResponseAsync("gpt-5", Question);
        created.GetOutputText().ShouldContain(Question);
        ResponseResult read = await responses.GetResponseAsync(created.Id);
        read.GetOutputText().ShouldBe(created.GetOutputText());
        await responses.DeleteResponseAsync(created.Id);
        (await Should.ThrowAsync<ClientResultException>(() => responses.GetResponseAsync(created.Id))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Streams_a_response()
    {
        var responses = _client.GetResponsesClient();
        ResponseResult whole = await responses.CreateResponseAsync("gpt-5", Question);
        var text = new StringBuilder();
        await foreach (var update in await responses.CreateResponseStreamingAsync("gpt-5", Question))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate delta) text.Append(delta.Delta);
        }

        text.ToString().ShouldBe(whole.GetOutputText());
    }

    [Fact]
    public async Task Sees_the_gateways_refusals_as_its_own_exceptions()
    {
        var stranger = OpenAiClients.At(gateway.ClosedAddress, "some-other-key");
        (await Should.ThrowAsync<ClientResultException>(() => stranger.GetChatClient("gpt-5").CompleteChatAsync(new UserChatMessage(Question)))).Status.ShouldBe(401);

        var friend = OpenAiClients.At(gateway.ClosedAddress, SimulatedGateway.ClientKey);
        var unknown = await Should.ThrowAsync<ClientResultException>(() => friend.GetChatClient("gpt-0").CompleteChatAsync(new UserChatMessage(Question)));
        unknown.Status.ShouldBe(404);
        unknown.Message.ShouldContain("model_not_found");
        unknown.GetRawResponse()!.Headers.TryGetValue("x-request-id", out var id).ShouldBeTrue();
        id.ShouldNotBeNullOrEmpty();
    }
}
