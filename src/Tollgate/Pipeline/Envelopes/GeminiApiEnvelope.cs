using Tollgate.Model;
using Tollgate.Protocols;

namespace Tollgate.Pipeline.Envelopes;

/// <summary>The Gemini API with a key: the model in the path, <c>alt=sse</c> for streams. Source: Gemini API reference, models.generateContent.</summary>
internal sealed class GeminiApiEnvelope : Envelope
{
    // As the API's own list of models writes them.
    private const string Collection = "models/";

    private readonly Targets _targets;

    internal GeminiApiEnvelope(Provider provider)
        : base(provider) => _targets = new(Make);

    internal override string? BodyModel(Operation operation, string model) => null;

    internal override Uri Target(Operation operation, string model, bool stream, string query) => _targets.Of(model, stream);

    private Uri Make(string model, bool stream)
    {
        var name = model.StartsWith(Collection, StringComparison.Ordinal) ? model[Collection.Length..] : model;
        return Exactly($"{Provider.BaseUrl}/{Collection}{ModelPath.GoogleSegment(name)}{(stream ? ":streamGenerateContent?alt=sse" : ":generateContent")}");
    }
}
