using System.Text;
using BenchmarkDotNet.Attributes;
using Tollgate.Bench.Wire;
using Tollgate.Protocols;
using Tollgate.Protocols.Framing;
using Tollgate.Protocols.Usage;

namespace Tollgate.Bench.Micro;

/// <summary>Finding the frames of a stream and reading along for usage; figures are per event.</summary>
[MemoryDiagnoser]
public class StreamBenchmarks
{
    private const int Events = 500;
    private readonly byte[] _stream = Encoding.ASCII.GetBytes(string.Concat(Payload.Events(Events)));
    private readonly UsageTap _tap = UsageTap.Create(Operations.Chat);

    [Benchmark(OperationsPerInvoke = Events)]
    public int Frame()
    {
        int at = 0, scanned = 0, frames = 0, length;
        while ((length = Sse.FrameLength(_stream.AsSpan(at), ref scanned)) > 0)
        {
            scanned = 0;
            at += length;
            frames++;
        }

        return frames;
    }

    [Benchmark(OperationsPerInvoke = Events)]
    public long? FrameAndTap()
    {
        _tap.Reset();
        int at = 0, scanned = 0, length;
        while ((length = Sse.FrameLength(_stream.AsSpan(at), ref scanned)) > 0)
        {
            scanned = 0;
            _tap.OnFrame(SseFrame.Parse(_stream.AsSpan(at, length)));
            at += length;
        }

        return _tap.Usage.Output;
    }
}
