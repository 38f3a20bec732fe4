using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Tests.Framing;
using Tollgate.Protocols.Usage;

namespace Tollgate.Protocols.Tests.Usage;

public sealed class TapPropertyTests
{
    private static readonly string[] Samples =
    [
        """{"id":"c","model":"m","choices":[{"index":0,"delta":{"content":"a\"b"},"finish_reason":null}],"usage":{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":1}}}""",
        """{"type":"message_start","message":{"id":"m","usage":{"input_tokens":1,"cache_creation":{"a":1}}}}""",
        """{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","input":{}}}""",
        """{"type":"response.completed","response":{"id":"r","usage":{"input_tokens":1}},"sequence_number":1}""",
        """{"type":"image_generation.completed","b64_json":"x","usage":{"input_tokens":1}}""",
        """{"id":"r","results":[{"index":0}],"meta":{"billed_units":{"search_units":1.0}}}""",
    ];

    /// <summary>Every operation, a sample with some bytes replaced, cut at some length.</summary>
    private static readonly Gen<(Operation Operation, byte[] Bytes)> Broken =
        from operation in Gen.Elements(Operations.All.ToArray())
        from sample in Gen.Elements(Samples)
        from places in Gen.Choose(0, sample.Length - 1).ArrayOf(3)
        from junk in Gen.Elements("\"\\{}[]:,0nu \u0001\u007f".ToCharArray()).ArrayOf(3)
        from length in Gen.Choose(0, sample.Length)
        select (operation, Break(sample, places, junk, length));

    private static byte[] Break(string sample, int[] places, char[] junk, int length)
    {
        var text = sample.ToCharArray();
        for (var i = 0; i < places.Length; i++) text[places[i]] = junk[i];
        return Encoding.UTF8.GetBytes(text[..length]);
    }

    [Fact]
    public void Never_throws_for_malformed_frames_and_bodies()
    {
        var check = Prop.ForAll(Broken.ToArbitrary(), broken =>
        {
            var tap = UsageTap.Create(broken.Operation);
            foreach (var prefix in new[] { "data: ", "event: message_start\ndata:", "event: response.completed\ndata: " })
            {
                tap.OnFrame(SseFrame.Parse([.. Encoding.UTF8.GetBytes(prefix), .. broken.Bytes, .. "\n\n"u8]));
            }

            using var window = new UnaryWindow(headBytes: 20, tailBytes: 60, wholeBytes: 100);
            window.Append(broken.Bytes);
            tap.OnBody(window);
            tap.Usage.Input.ShouldNotBe(-1);
        });
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), check);
    }

    public static TheoryData<string, string> ContentFrames => new()
    {
        { "chat", "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}],\"usage\":null}\n\n" },
        { "chat", "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"finish_reason\":null,\"delta\":{\"role\":\"assistant\",\"content\":\"usage\"}}]}\r\n\r\n" },
        { "completions", "data: {\"id\":\"c\",\"model\":\"m\",\"choices\":[{\"text\":\"Hello\",\"index\":0,\"finish_reason\":null}]}\n\n" },
        { "messages", "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n" },
        { "messages", "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hello\"}}\n\n" },
        { "responses", "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"delta\":\"Hello\"}\n\n" },
        { "audio.transcriptions", "data: {\"type\":\"transcript.text.delta\",\"delta\":\"Hello\"}\n\n" },
        { "images.generations", "data: {\"type\":\"image_generation.partial_image\",\"b64_json\":\"Hello\"}\n\n" },
        { "forward", "data: {\"anything\":1}\n\n" },
    };

    [Theory]
    [MemberData(nameof(ContentFrames))]
    public void Allocates_nothing_for_frames_of_content(string operation, string frame)
    {
        var tap = UsageTap.Create(Operations.Find(operation)!);
        var stream = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(frame, 1000)));
        Allocations.Of(() => Read(tap, stream)).ShouldBe(0);
    }

    private static void Read(UsageTap tap, ReadOnlySpan<byte> stream)
    {
        while (!stream.IsEmpty)
        {
            var scanned = 0;
            var length = Sse.FrameLength(stream, ref scanned);
            if (tap.OnFrame(SseFrame.Parse(stream[..length])) != FrameKind.Content) throw new InvalidOperationException("Not content.");
            stream = stream[length..];
        }
    }

    [Fact]
    public void Hands_out_the_model_name_of_the_answer_before_if_it_is_the_same()
    {
        var tap = UsageTap.Create(Operations.Chat);
        tap.Data("""{"model":"m-1"}""");
        var first = tap.ResponseModel;
        tap.Reset();
        tap.Data("""{"model":"m-1"}""");
        tap.ResponseModel.ShouldBeSameAs(first);
        tap.Reset();
        tap.Data("""{"model":"m-2"}""");
        tap.ResponseModel.ShouldBe("m-2");
    }
}
