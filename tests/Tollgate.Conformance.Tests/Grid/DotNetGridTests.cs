using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using OpenAI.Chat;
using OpenAI.Responses;
using Tollgate.Conformance.Tests.DotNet;

namespace Tollgate.Conformance.Tests.Grid;

/// <summary>The .NET clients of OpenAI and Anthropic, each with every kind of provider.</summary>
public sealed class DotNetGridTests(GridGateway gateway) : IClassFixture<GridGateway>
{
    private const string Question = "Is the bridge open today?";
    private const string Schema = """{"type":"object","properties":{"colour":{"type":"string","enum":["red","green"]}},"required":["colour"],"additionalProperties":false}""";

    public static TheoryData<string> Kinds => [.. GridGateway.Kinds];

    [Theory, MemberData(nameof(Kinds))]
    public async Task OpenAIs_client_chats(string kind)
    {
        var chat = OpenAiClients.At(gateway.Address).GetChatClient(kind);
        ChatMessage[] messages = [new SystemChatMessage("Be brief."), new UserChatMessage("Good day."), new AssistantChatMessage("Good day to you."), new UserChatMessage(Question)];
        ChatCompletion whole = await chat.CompleteChatAsync(messages);
        whole.Content[0].Text.ShouldContain(Question);
        whole.FinishReason.ShouldBe(ChatFinishReason.Stop);

        var text = new StringBuilder();
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync(messages))
        {
            foreach (var part in update.ContentUpdate) text.Append(part.Text);
            usage = update.Usage ?? usage;
        }

        text.ToString().ShouldBe(whole.Content[0].Text);
        (usage!.InputTokenCount, usage.OutputTokenCount).ShouldBe((whole.Usage.InputTokenCount, whole.Usage.OutputTokenCount));
        ChatCompletion cut = await chat.CompleteChatAsync(messages, new ChatCompletionOptions { MaxOutputTokenCount = 5 });
        cut.FinishReason.ShouldBe(ChatFinishReason.Length);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task OpenAIs_client_calls_tools(string kind)
    {
        var chat = OpenAiClients.At(gateway.Address).GetChatClient(kind);
        var price = ChatTool.CreateFunctionTool("toll_price", "The price of a crossing", BinaryData.FromString("""{"type":"object","properties":{"axles":{"type":"integer","minimum":2}},"required":["axles"]}"""));
        var bell = ChatTool.CreateFunctionTool("ring_bell", "Rings", BinaryData.FromString("""{"type":"object","properties":{}}"""));
        List<ChatMessage> messages = [new UserChatMessage("toll_price and ring_bell")];
        ChatCompletion called = await chat.CompleteChatAsync(messages, new ChatCompletionOptions { Tools = { price, bell } });
        called.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        called.ToolCalls.Select(c => c.FunctionName).ShouldBe(["toll_price", "ring_bell"]);
        called.ToolCalls.Select(c => c.Id).ShouldBeUnique();
        JsonDocument.Parse(called.ToolCalls[0].FunctionArguments).RootElement.GetProperty("axles").GetInt32().ShouldBe(2);

        messages.AddRange([new AssistantChatMessage(called), new ToolChatMessage(called.ToolCalls[0].Id, "nine crowns"), new ToolChatMessage(called.ToolCalls[1].Id, "it rang")]);
        ChatCompletion after = await chat.CompleteChatAsync(messages, new ChatCompletionOptions { Tools = { price, bell } });
        after.Content[0].Text.ShouldContain("it rang");

        ChatCompletion forced = await chat.CompleteChatAsync([new UserChatMessage(Question)], new ChatCompletionOptions { Tools = { price, bell }, ToolChoice = ChatToolChoice.CreateFunctionChoice("ring_bell") });
        forced.ToolCalls.ShouldHaveSingleItem().FunctionName.ShouldBe("ring_bell");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task OpenAIs_client_gets_the_shape_that_it_asks_for(string kind)
    {
        var options = new ChatCompletionOptions { ResponseFormat = ChatResponseFormat.CreateJsonSchemaFormat("sign", BinaryData.FromString(Schema), jsonSchemaIsStrict: true) };
        ChatCompletion answer = await OpenAiClients.At(gateway.Address).GetChatClient(kind).CompleteChatAsync([new UserChatMessage(Question)], options);
        JsonDocument.Parse(answer.Content[0].Text).RootElement.GetProperty("colour").GetString().ShouldBe("red");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task OpenAIs_client_asks_for_responses(string kind)
    {
        var responses = OpenAiClients.At(gateway.Address).GetResponsesClient();
        ResponseResult whole = await responses.CreateResponseAsync(kind, Question);
        whole.GetOutputText().ShouldContain(Question);
        (whole.Status, whole.Error, whole.Usage.TotalTokenCount).ShouldBe((ResponseStatus.Completed, null, whole.Usage.InputTokenCount + whole.Usage.OutputTokenCount));

        var text = new StringBuilder();
        ResponseResult? last = null;
        await foreach (var update in await responses.CreateResponseStreamingAsync(kind, Question))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate delta) text.Append(delta.Delta);
            if (update is StreamingResponseCompletedUpdate completed) last = completed.Response;
        }

        text.ToString().ShouldBe(whole.GetOutputText());
        last.ShouldNotBeNull().GetOutputText().ShouldBe(whole.GetOutputText());
        (last.Usage.InputTokenCount, last.Usage.OutputTokenCount).ShouldBe((whole.Usage.InputTokenCount, whole.Usage.OutputTokenCount));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task OpenAIs_client_calls_tools_in_responses(string kind)
    {
        var responses = OpenAiClients.At(gateway.Address).GetResponsesClient();
        var options = new CreateResponseOptions { Model = kind, Instructions = "Be brief." };
        options.Tools.Add(ResponseTool.CreateFunctionTool("toll_price", BinaryData.FromString("""{"type":"object","properties":{"axles":{"type":"integer","minimum":2}},"required":["axles"]}"""), strictModeEnabled: false, "The price of a crossing"));
        options.Tools.Add(ResponseTool.CreateFunctionTool("ring_bell", BinaryData.FromString("""{"type":"object","properties":{}}"""), strictModeEnabled: false));
        options.InputItems.Add(ResponseItem.CreateUserMessageItem("toll_price and ring_bell"));
        ResponseResult called = await responses.CreateResponseAsync(options);
        var calls = called.OutputItems.OfType<FunctionCallResponseItem>().ToArray();
        calls.Select(c => c.FunctionName).ShouldBe(["toll_price", "ring_bell"]);
        calls.Select(c => c.CallId).ShouldBeUnique();
        called.Tools.Count.ShouldBe(2);

        foreach (var item in called.OutputItems) options.InputItems.Add(item);
        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(calls[0].CallId, "nine crowns"));
        options.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(calls[1].CallId, "it rang"));
        ResponseResult after = await responses.CreateResponseAsync(options);
        after.GetOutputText().ShouldContain("it rang");
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Anthropics_client_chats(string kind)
    {
        using var client = new AnthropicClient { BaseUrl = gateway.Address.ToString().TrimEnd('/'), ApiKey = "any-key", MaxRetries = 0 };
        var question = new MessageCreateParams
        {
            Model = kind,
            MaxTokens = 500,
            System = "Be brief.",
            Messages = [new UserMessageParam("Good day."), new AssistantMessageParam("Good day to you."), new UserMessageParam(Question)],
        };
        var whole = await client.Messages.Create(question);
        whole.Content[0].TryPickText(out var text).ShouldBeTrue();
        text!.Text.ShouldContain(Question);
        whole.StopReason!.Raw().ShouldBe("end_turn");

        var streamed = new StringBuilder();
        long? output = null;
        await foreach (var update in client.Messages.CreateStreaming(question))
        {
            if (update.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece)) streamed.Append(piece.Text);
            if (update.TryPickDelta(out var last)) output = last.Usage.OutputTokens;
        }

        streamed.ToString().ShouldBe(text.Text);
        output.ShouldBe(whole.Usage.OutputTokens);
        (await client.Messages.Create(question with { MaxTokens = 5 })).StopReason!.Raw().ShouldBe("max_tokens");
    }
}
