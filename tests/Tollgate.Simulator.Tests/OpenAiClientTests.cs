using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Audio;
using OpenAI.Chat;
using OpenAI.Files;
using OpenAI.Responses;

#pragma warning disable OPENAI001 // Parts of the official client are marked as experimental.

namespace Tollgate.Simulator.Tests;

/// <summary>The official .NET client of OpenAI against the simulator.</summary>
public sealed class OpenAiClientTests(SimulatorFixture simulator) : IClassFixture<SimulatorFixture>
{
    private readonly OpenAIClient _client = new(new ApiKeyCredential("any"), new OpenAIClientOptions
    {
        Endpoint = new Uri(simulator.Address, "v1"),
        RetryPolicy = new ClientRetryPolicy(0),
    });

    [Fact]
    public async Task A_chat_stream_says_and_counts_the_same_as_a_whole_answer()
    {
        var chat = _client.GetChatClient("gpt-5");
        var whole = (await chat.CompleteChatAsync([new UserChatMessage("Who goes there?")])).Value;
        var text = "";
        ChatTokenUsage? usage = null;
        await foreach (var update in chat.CompleteChatStreamingAsync([new UserChatMessage("Who goes there?")]))
        {
            text += string.Concat(update.ContentUpdate.Select(p => p.Text));
            usage = update.Usage ?? usage;
        }

        text.ShouldBe(whole.Content[0].Text);
        text.ShouldContain("Who goes there?");
        usage!.OutputTokenCount.ShouldBe(whole.Usage.OutputTokenCount);
        usage.TotalTokenCount.ShouldBe(usage.InputTokenCount + usage.OutputTokenCount);
    }

    [Fact]
    public async Task A_tool_is_called_and_its_result_is_talked_about()
    {
        var chat = _client.GetChatClient("gpt-5");
        var options = new ChatCompletionOptions { Tools = { ChatTool.CreateFunctionTool("lift_gate", "Lifts it.", BinaryData.FromString("""{"type":"object","properties":{"why":{"type":"string"}},"required":["why"]}""")) } };
        List<ChatMessage> messages = [new UserChatMessage("Please lift_gate")];
        var call = (await chat.CompleteChatAsync(messages, options)).Value;
        call.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        messages.Add(new AssistantChatMessage(call));
        messages.Add(new ToolChatMessage(call.ToolCalls[0].Id, "it is up"));
        (await chat.CompleteChatAsync(messages, options)).Value.Content[0].Text.ShouldContain("it is up");
    }

    [Fact]
    public async Task A_schema_is_kept_to()
    {
        var format = ChatResponseFormat.CreateJsonSchemaFormat("sign", BinaryData.FromString("""{"type":"object","properties":{"open":{"type":"boolean"}},"required":["open"],"additionalProperties":false}"""), jsonSchemaIsStrict: true);
        var answer = (await _client.GetChatClient("gpt-5").CompleteChatAsync([new UserChatMessage("Open?")], new ChatCompletionOptions { ResponseFormat = format })).Value;
        answer.Content[0].Text.ShouldBe("""{"open":true}""");
    }

    [Fact]
    public async Task Embeddings_are_unit_vectors()
    {
        var vector = (await _client.GetEmbeddingClient("text-embedding-3-small").GenerateEmbeddingAsync("a gate")).Value.ToFloats().ToArray();
        vector.Length.ShouldBe(1536);
        vector.Sum(v => v * (double)v).ShouldBe(1, 0.0001);
    }

    [Fact]
    public async Task Images_are_images() =>
        (await _client.GetImageClient("gpt-image-1").GenerateImageAsync("a gate")).Value.ImageBytes.ToArray()[1..4].ShouldBe("PNG"u8.ToArray());

    [Fact]
    public async Task Speech_can_be_transcribed()
    {
        var audio = _client.GetAudioClient("whisper-1");
        var speech = (await audio.GenerateSpeechAsync("Halt!", GeneratedSpeechVoice.Alloy)).Value;
        using var stream = speech.ToStream();
        (await audio.TranscribeAudioAsync(stream, "halt.wav")).Value.Text.ShouldContain($"{speech.ToArray().Length} bytes");
    }

    [Fact]
    public async Task A_response_stream_says_the_same_as_a_whole_response()
    {
        var responses = _client.GetResponsesClient();
        var whole = (await responses.CreateResponseAsync("gpt-5", "Who goes there?")).Value;
        var text = "";
        ResponseTokenUsage? usage = null;
        await foreach (var update in await responses.CreateResponseStreamingAsync("gpt-5", "Who goes there?"))
        {
            if (update is StreamingResponseOutputTextDeltaUpdate delta) text += delta.Delta;
            if (update is StreamingResponseCompletedUpdate end) usage = end.Response.Usage;
        }

        text.ShouldBe(whole.GetOutputText());
        usage!.OutputTokenCount.ShouldBe(whole.Usage.OutputTokenCount);
    }

    [Fact]
    public async Task Moderation_flags_what_names_a_category() =>
        (await _client.GetModerationClient("omni-moderation-latest").ClassifyTextAsync("pure violence")).Value.Flagged.ShouldBeTrue();

    [Fact]
    public async Task Models_are_listed() => (await _client.GetOpenAIModelClient().GetModelsAsync()).Value.ShouldNotBeEmpty();

    [Fact]
    public async Task Files_come_back_as_they_were()
    {
        var files = _client.GetOpenAIFileClient();
        var file = (await files.UploadFileAsync(BinaryData.FromString("{}\n"), "a.jsonl", FileUploadPurpose.Batch)).Value;
        (await files.DownloadFileAsync(file.Id)).Value.ToString().ShouldBe("{}\n");
        (await files.DeleteFileAsync(file.Id)).Value.Deleted.ShouldBeTrue();
        await Should.ThrowAsync<ClientResultException>(() => files.GetFileAsync(file.Id));
    }
}
