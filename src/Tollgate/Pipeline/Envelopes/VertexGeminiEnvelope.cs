using Tollgate.Model;
using Tollgate.Protocols;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>Gemini on Vertex AI: project, location and model in the path, <c>alt=sse</c> for streams. Source: Vertex AI REST reference, generateContent.</summary>
internal sealed class VertexGeminiEnvelope : Envelope
{
    private readonly string _models;
    private readonly Targets _targets;

    internal VertexGeminiEnvelope(Provider provider)
        : base(provider)
    {
        var location = Uri.EscapeDataString(provider.Config.Location ?? "");
        _models = $"{provider.BaseUrl}/v1/projects/{Uri.EscapeDataString(provider.Config.Project ?? "")}/locations/{location}/publishers/google/models/";
        _targets = new((model, stream) => Exactly(_models + ModelPath.GoogleSegment(model) + (stream ? ":streamGenerateContent?alt=sse" : ":generateContent")));
    }

    internal override string? BodyModel(Operation operation, string model) => null;

    internal override Uri CallTarget(string model, string verb) => Exactly(_models + ModelPath.GoogleSegment(model) + verb);

    internal override Uri Target(Operation operation, string model, bool stream, string query) => _targets.Of(model, stream);
}
