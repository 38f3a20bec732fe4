using Tollgate.Model;
using Tollgate.Protocols;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>Bedrock's Converse API: the model in the path, streams as an AWS event stream. Source: Bedrock API reference, Converse and ConverseStream.</summary>
internal sealed class BedrockConverseEnvelope : Envelope
{
    private readonly Targets _targets;

    internal BedrockConverseEnvelope(Provider provider)
        : base(provider) => _targets = new((model, stream) => Exactly($"{provider.BaseUrl}/model/{ModelPath.Segment(model)}/{(stream ? "converse-stream" : "converse")}"));

    internal override string? BodyModel(Operation operation, string model) => null;

    internal override bool IsAwsEventStream(Operation operation) => true;

    internal override Uri CallTarget(string model, string verb) => Exactly($"{Provider.BaseUrl}/model/{ModelPath.Segment(model)}/{verb}");

    internal override Uri Target(Operation operation, string model, bool stream, string query) => _targets.Of(model, stream);
}
