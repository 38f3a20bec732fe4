using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.BedrockConverse;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>Bedrock's CountTokens with a prompt of Converse: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html</summary>
internal sealed class ConverseCounter : TokenCounter
{
    internal override string Name => "CountTokens (Converse)";

    internal override UpstreamDialect Dialect => BedrockConverseUpstream.Instance;

    internal override UpstreamCall? Ask(CountQuestion question, string model, FidelityLog log)
    {
        if (Prompt(question.Chat, model, log, "messages", "system", "toolConfig") is not { } prompt) return null;
        var body = Wire.Object(json =>
        {
            json.WriteStartObject("input"u8);
            json.WritePropertyName("converse"u8);
            json.WriteRawValue(prompt.Span, skipInputValidation: true);
            json.WriteEndObject();
        });
        return new UpstreamCall("count-tokens", body) { Model = BedrockModel.WithoutRegion(model), IsWrapper = true };
    }

    internal override long? Read(JsonElement answer) => answer.Member("inputTokens").Count();
}

/// <summary>Names of models on Bedrock.</summary>
internal static class BedrockModel
{
    private static readonly string[] s_regions = ["us-gov.", "us.", "eu.", "apac.", "uk.", "au.", "jp.", "ca.", "global."];

    /// <summary>CountTokens knows models, not the inference profiles over several regions.</summary>
    internal static string WithoutRegion(string model) =>
        Array.Find(s_regions, region => model.StartsWith(region, StringComparison.Ordinal)) is { } region ? model[region.Length..] : model;
}
