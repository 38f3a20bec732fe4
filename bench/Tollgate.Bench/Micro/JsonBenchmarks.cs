using BenchmarkDotNet.Attributes;
using Tollgate.Bench.Wire;
using Tollgate.Protocols.Json;

namespace Tollgate.Bench.Micro;

/// <summary>What every JSON request costs before it is routed, and what splicing a model's name into it costs.</summary>
[MemoryDiagnoser]
public class JsonBenchmarks
{
    private readonly JsonNames _names = new("model", "stream", "stream_options", "anthropic_version", "anthropic_beta", "previous_response_id");
    private readonly JsonMember[] _members = new JsonMember[6];
    private readonly BodyEdits _edits = new();
    private readonly byte[] _model = [.. "\"another-model\""u8];
    private readonly byte[] _options = [.. "\"stream_options\":{\"include_usage\":true}"u8];
    private byte[] _body = [];
    private byte[] _edited = [];

    [Params(1024, 32 * 1024, 256 * 1024)]
    public int BodyLength { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        _body = Payload.Body(BodyLength, stream: true);
        if (!ReadHead()) throw new InvalidOperationException("the body is not JSON");
        _edited = new byte[BodyLength + 100];
    }

    [Benchmark]
    public bool ReadHead()
    {
        Array.Clear(_members);
        return JsonHead.TryRead(_body, _names, _members, out _);
    }

    [Benchmark]
    public int ApplyEdits()
    {
        _edits.Reset();
        _edits.Replace(_members[0], _model);
        _edits.Prepend(_options);
        var length = _edits.GetLength(_body.Length);
        _edits.Apply(_body, _edited.AsSpan(0, length));
        return length;
    }
}
