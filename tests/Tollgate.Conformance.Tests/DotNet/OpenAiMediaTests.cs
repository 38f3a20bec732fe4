using System.ClientModel;
using OpenAI;
using OpenAI.Audio;
using OpenAI.Embeddings;
using OpenAI.Files;
using OpenAI.Images;
using OpenAI.Models;
using OpenAI.Moderations;

namespace Tollgate.Conformance.Tests.DotNet;

/// <summary>OpenAI's .NET client, pointed at the gateway: vectors, pictures, sounds and files.</summary>
public sealed class OpenAiMediaTests(SimulatedGateway gateway) : IClassFixture<SimulatedGateway>
{
    private static readonly byte[] PngHead = [0x89, (byte)'P', (byte)'N', (byte)'G'];
    private readonly OpenAIClient _client = OpenAiClients.At(gateway.Address);

    [Fact]
    public async Task Embeds()
    {
        OpenAIEmbedding vector = await _client.GetEmbeddingClient("text-embedding-3-small").GenerateEmbeddingAsync("a gate");
        var numbers = vector.ToFloats().ToArray();
        numbers.Length.ShouldBe(1536);
        numbers.Sum(n => (double)n * n).ShouldBe(1, 0.001);
    }

    [Fact]
    public async Task Makes_and_edits_a_picture()
    {
        var images = _client.GetImageClient("gpt-image-1");
        GeneratedImage made = await images.GenerateImageAsync("a gate");
        var picture = made.ImageBytes.ToArray();
        picture[..4].ShouldBe(PngHead);
        GeneratedImage edited = await images.GenerateImageEditAsync(new MemoryStream(picture), "gate.png", "a red gate");
        edited.ImageBytes.ToArray()[..4].ShouldBe(PngHead);
    }

    [Fact]
    public async Task Speaks_and_listens()
    {
        BinaryData speech = await _client.GetAudioClient("tts-1").GenerateSpeechAsync("Halt!", GeneratedSpeechVoice.Alloy);
        speech.ToArray()[..4].ShouldBe("RIFF"u8.ToArray());
        AudioTranscription heard = await _client.GetAudioClient("whisper-1").TranscribeAudioAsync(speech.ToStream(), "halt.wav");
        heard.Text.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task Moderates()
    {
        ModerationResult result = await _client.GetModerationClient("omni-moderation-latest").ClassifyTextAsync("violence");
        result.Flagged.ShouldBeTrue();
    }

    [Fact]
    public async Task Lists_the_models_of_the_gateway()
    {
        OpenAIModelCollection models = await _client.GetOpenAIModelClient().GetModelsAsync();
        models.Select(m => m.Id).ShouldBe(["m", "gpt-5", "claude-sonnet-4-5"]);
        OpenAIModel one = await _client.GetOpenAIModelClient().GetModelAsync("gpt-5");
        one.Id.ShouldBe("gpt-5");
    }

    [Fact]
    public async Task Uploads_lists_downloads_and_deletes_a_file()
    {
        var files = _client.GetOpenAIFileClient();
        var content = BinaryData.FromString("""{"custom_id":"1"}""" + "\n");
        OpenAIFile file = await files.UploadFileAsync(content, "batch.jsonl", FileUploadPurpose.Batch);
        OpenAIFileCollection all = await files.GetFilesAsync();
        all.ShouldContain(f => f.Id == file.Id && f.Filename == "batch.jsonl");
        BinaryData back = await files.DownloadFileAsync(file.Id);
        back.ToArray().ShouldBe(content.ToArray());
        FileDeletionResult gone = await files.DeleteFileAsync(file.Id);
        gone.Deleted.ShouldBeTrue();
        (await Should.ThrowAsync<ClientResultException>(() => files.GetFileAsync(file.Id))).Status.ShouldBe(404);
    }
}
