using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Translators.Images;

/// <summary>OpenAI's images in the grammars of one host's families of models. Images beyond what one call makes come of several.</summary>
public sealed class ImagesTranslator : OperationTranslator<ImagesRequest>
{
    private static readonly FidelityRule s_url = new("response_format: url", FidelityOutcome.Refused, "Images come inline there: ask for b64_json.");
    private static readonly FidelityRule s_transparent = new("background: transparent", FidelityOutcome.Refused, "The models there paint a background.");
    private static readonly FidelityRule s_model = new("model", FidelityOutcome.Refused, "It is not a family of image models that the gateway knows there.");
    private static readonly FidelityRule s_stream = new("stream", FidelityOutcome.Approximated, "The events come when all images are there, and none of them is partial.") { IsHarmless = true };
    private static readonly FidelityRule[] s_others = [.. ImagesRequest.OpenAIsOwn.Select(n => new FidelityRule(n, FidelityOutcome.Dropped, "Only OpenAI's models know it.") { IsHarmless = n is "user" or "moderation" or "partial_images" })];

    private readonly ImageGrammar[] _grammars;

    private ImagesTranslator(string name, params ImageGrammar[] grammars) => (Name, _grammars) = (name, grammars);

    /// <summary>InvokeModel.</summary>
    public static ImagesTranslator Bedrock { get; } = new("InvokeModel (Titan Image Generator, Nova Canvas, Stability)", new AmazonImages(nova: false), new AmazonImages(nova: true), new StabilityImages());

    /// <summary>Vertex AI.</summary>
    public static ImagesTranslator Vertex { get; } = new("predict (Imagen) and generateContent (Gemini)", new ImagenImages(), new GeminiImages());

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<FidelityRule> Rules => [.. _grammars.SelectMany(g => g.Rules), s_url, s_transparent, s_model, s_stream, .. s_others];

    private protected override ImagesRequest ReadRequest(ReadOnlyMemory<byte> body) => ImagesRequest.Read(body);

    private protected override Exchange? Prepare(ImagesRequest asked, string model, FidelityLog log)
    {
        if (asked.WantsUrls) log.Apply(s_url, "/response_format");
        if (asked.IsTransparent) log.Apply(s_transparent, "/background");
        if (asked.Stream) log.Apply(s_stream, "/stream");
        foreach (var name in asked.Others) log.Apply(Array.Find(s_others, r => r.Field == name)!, "/" + name);
        var grammar = Array.Find(_grammars, g => g.Knows(model));
        if (grammar is null) log.Apply(s_model, "/model");
        grammar?.Check(asked, model, log);
        if (log.Refusal is not null) return null;
        var calls = new List<UpstreamCall>();
        for (var left = asked.Count; left > 0; left -= grammar!.MostImages)
        {
            var count = Math.Min(left, grammar!.MostImages);
            calls.Add(new UpstreamCall(grammar.Verb, Wire.Object(json => grammar.Write(json, asked, count))));
        }

        return new ImagesExchange(grammar!, asked, calls);
    }
}
