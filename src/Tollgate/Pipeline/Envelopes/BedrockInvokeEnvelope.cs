using System.Text;
using Microsoft.Extensions.Primitives;
using Tollgate.Model;
using Tollgate.Protocols;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>
/// Claude on Bedrock InvokeModel: the model in the path; <c>anthropic_version</c> and <c>anthropic_beta</c> in the body; no
/// <c>model</c>, no <c>stream</c>; streams come as an AWS event stream. Source: Bedrock user guide, "Anthropic Claude Messages API".
/// </summary>
internal sealed class BedrockInvokeEnvelope : Envelope
{
    private readonly byte[] _version;
    private readonly byte[] _versionMember;

    internal BedrockInvokeEnvelope(Provider provider)
        : base(provider)
    {
        _version = ModelCompiler.JsonString(provider.Config.ApiVersion ?? provider.Kind.ApiVersion ?? "bedrock-2023-05-31");
        _versionMember = [.. "\"anthropic_version\":"u8, .. _version];
    }

    internal override string? BodyModel(Operation operation, string model) => null;

    internal override bool IsAwsEventStream(Operation operation) => true;

    internal override Uri Target(Operation operation, string model, bool stream, string query) =>
        Exactly($"{Provider.BaseUrl}/model/{ModelPath.Segment(model)}/{(stream ? "invoke-with-response-stream" : "invoke")}");

    internal override Uri CallTarget(string model, string verb) => Exactly($"{Provider.BaseUrl}/model/{ModelPath.Segment(model)}/{verb}");

    internal override void Edit(GatewayRequest request, Operation operation, string model)
    {
        request.RemoveMember(BodyNames.Model);
        request.RemoveMember(BodyNames.Stream);
        request.SetMember(BodyNames.AnthropicVersion, _version, _versionMember);

        // A body that already names betas wins: the client spoke to Bedrock's grammar itself. Of a client of another dialect, headers
        // of this one mean nothing, as with every provider that is translated to.
        if (request.Member(BodyNames.AnthropicBeta).Exists || request.Family != ApiFamily.Anthropic) return;
        var betas = request.Context.Request.Headers["anthropic-beta"];
        if (!StringValues.IsNullOrEmpty(betas)) request.Edits.Prepend(BetaMember(betas));
    }

    internal override void EditHeaders(HttpRequestMessage message, GatewayRequest request)
    {
        message.Headers.Remove("anthropic-version");
        message.Headers.Remove("anthropic-beta");
    }

    private static byte[] BetaMember(StringValues betas)
    {
        var member = new StringBuilder("\"anthropic_beta\":[");
        foreach (var beta in betas.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (member[^1] != '[') member.Append(',');
            member.Append(Encoding.UTF8.GetString(ModelCompiler.JsonString(beta)));
        }

        return Encoding.UTF8.GetBytes(member.Append(']').ToString());
    }
}
