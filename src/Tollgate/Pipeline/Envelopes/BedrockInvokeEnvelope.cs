using System.Text;
using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>
/// Claude on Bedrock InvokeModel: the model in the path; <c>anthropic_version</c> and <c>anthropic_beta</c> in the body; no
/// <c>model</c>, no <c>stream</c>; streams come as an AWS event stream. Source: Bedrock user guide, "Anthropic Claude Messages API".
/// </summary>
internal sealed class BedrockInvokeEnvelope : Envelope
{
    private readonly Targets _targets;
    private readonly byte[] _version;
    private readonly byte[] _versionMember;

    internal BedrockInvokeEnvelope(Provider provider)
        : base(provider)
    {
        _targets = new((model, stream) => Exactly($"{provider.BaseUrl}/model/{ModelPath.Segment(model)}/{(stream ? "invoke-with-response-stream" : "invoke")}"));
        _version = ModelCompiler.JsonString(provider.Config.ApiVersion ?? provider.Kind.ApiVersion ?? "bedrock-2023-05-31");
        _versionMember = [.. "\"anthropic_version\":"u8, .. _version];
    }

    internal override string? BodyModel(Operation operation, string model) => null;

    internal override bool IsAwsEventStream(Operation operation) => true;

    internal override Uri Target(Operation operation, string model, bool stream, string query) => _targets.Of(model, stream);

    internal override Uri CallTarget(string model, string verb) => Exactly($"{Provider.BaseUrl}/model/{ModelPath.Segment(model)}/{verb}");

    internal override void Edit(GatewayRequest request, Operation operation, string model)
    {
        request.RemoveMember(BodyNames.Model);
        request.RemoveMember(BodyNames.Stream);
        request.SetMember(BodyNames.AnthropicVersion, _version, _versionMember);

        // A body that already names betas wins: the client spoke to Bedrock's grammar itself. Of a client of another dialect, headers
        // of this one mean nothing, as with every provider that is translated to.
        if (request.Member(BodyNames.AnthropicBeta).Exists) return;
        var betas = Betas(request, out _);
        if (betas.Count > 0) request.Edits.Prepend(BetaMember(betas));
    }

    internal override IReadOnlyList<FidelityEntry> Dropped(GatewayRequest request)
    {
        Betas(request, out var dropped);
        return request.Member(BodyNames.AnthropicBeta).Exists ? [] : dropped;
    }

    internal override void EditHeaders(UpstreamRequest message, GatewayRequest request)
    {
        message.Headers.Remove("anthropic-version");
        message.Headers.Remove("anthropic-beta");
    }

    private static byte[] BetaMember(IReadOnlyList<string> betas) =>
        Encoding.UTF8.GetBytes($"\"anthropic_beta\":[{string.Join(',', betas.Select(beta => Encoding.UTF8.GetString(ModelCompiler.JsonString(beta))))}]");
}
