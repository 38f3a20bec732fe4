using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>
/// Claude on Vertex AI: the model in the path, <c>anthropic_version</c> in the body and no <c>model</c>; counting tokens has a
/// path of its own and keeps the model. Source: Vertex AI, "Use Claude models", and the vendor's SDK.
/// </summary>
internal sealed class VertexRawEnvelope : Envelope
{
    private readonly string _models;
    private readonly Targets _targets;
    private readonly byte[] _version;
    private readonly byte[] _versionMember;

    internal VertexRawEnvelope(Provider provider)
        : base(provider)
    {
        var location = Uri.EscapeDataString(provider.Config.Location ?? "");
        _models = $"{provider.BaseUrl}/v1/projects/{Uri.EscapeDataString(provider.Config.Project ?? "")}/locations/{location}/publishers/anthropic/models/";
        _targets = new((model, stream) => Exactly(_models + ModelPath.GoogleSegment(model) + (stream ? ":streamRawPredict" : ":rawPredict")));
        _version = ModelCompiler.JsonString(provider.Config.ApiVersion ?? provider.Kind.ApiVersion ?? "vertex-2023-10-16");
        _versionMember = [.. "\"anthropic_version\":"u8, .. _version];
    }

    // The counter has no model in its path, and does not know the aliases of a version.
    internal override string? BodyModel(Operation operation, string model)
    {
        if (operation != Operations.CountTokens) return null;
        if (model.EndsWith("@default", StringComparison.Ordinal)) return model[..^"@default".Length];
        return model.EndsWith("@latest", StringComparison.Ordinal) ? model[..^"@latest".Length] : model;
    }

    internal override Uri Target(Operation operation, string model, bool stream, string query) =>
        operation == Operations.CountTokens ? Exactly(_models + "count-tokens:rawPredict") : _targets.Of(model, stream);

    internal override void Edit(GatewayRequest request, Operation operation, string model)
    {
        if (operation != Operations.CountTokens) request.RemoveMember(BodyNames.Model);
        request.SetMember(BodyNames.AnthropicVersion, _version, _versionMember);
    }

    internal override IReadOnlyList<FidelityEntry> Dropped(GatewayRequest request)
    {
        Betas(request, out var dropped);
        return dropped;
    }

    // The version travels in the body; betas stay in their header.
    internal override void EditHeaders(UpstreamRequest message, GatewayRequest request)
    {
        message.Headers.Remove("anthropic-version");
        if (!message.Headers.Remove("anthropic-beta")) return;
        var betas = Betas(request, out _);
        if (betas.Count > 0) message.Headers.Add("anthropic-beta", string.Join(',', betas));
    }
}
