using System.Buffers;
using BenchmarkDotNet.Attributes;
using Tollgate.Bench.Wire;
using Tollgate.Credentials.Aws;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;

namespace Tollgate.Bench.Micro;

/// <summary>Signing for AWS, and one of the gateway's own errors.</summary>
[MemoryDiagnoser]
public class EdgeBenchmarks
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly AwsKeys _keys = new("AKIAIOSFODNN7EXAMPLE", "not-a-real-secret", null);
    private readonly byte[] _body = Payload.Body(1024, stream: false);
    private readonly ArrayBufferWriter<byte> _output = new(1024);

    [Benchmark]
    public string SignForAws() => SigV4.Sign(
        _keys, "POST", "bedrock-runtime.us-east-1.amazonaws.com", "/model/anthropic.claude-sonnet-4-v1%3A0/invoke", "", "application/json", _body, "us-east-1", "bedrock", Now).Authorization;

    [Benchmark]
    public int WriteError()
    {
        _output.ResetWrittenCount();
        ErrorBody.Write(_output, ApiFamily.OpenAI, GatewayErrorKinds.ModelNotFound, "the model 'x' does not exist; the models here are a, b, c", "model", "req_0123456789abc");
        return _output.WrittenCount;
    }
}
