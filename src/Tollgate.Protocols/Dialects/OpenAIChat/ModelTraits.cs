namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>
/// What the name of a model tells about the members that it takes. OpenAI's reasoning models refuse <c>max_tokens</c>; many compatible
/// servers know nothing else, and OpenAI's older models take both. Azure deployments may hide the model behind any name.
/// </summary>
internal readonly record struct ModelTraits(bool WantsMaxCompletionTokens, bool RefusesEffort, bool IsGemini)
{
    public static ModelTraits Of(string model)
    {
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        if (name.StartsWith("ft:", StringComparison.OrdinalIgnoreCase)) name = name["ft:".Length..];
        var isOSeries = name.Length > 1 && name[0] is 'o' or 'O' && char.IsAsciiDigit(name[1]);
        var gpt = name.StartsWith("gpt-", StringComparison.OrdinalIgnoreCase) && name.Length > 4 && char.IsAsciiDigit(name[4]) ? name[4] - '0' : 0;
        return new(
            WantsMaxCompletionTokens: isOSeries || gpt >= 5,
            RefusesEffort: gpt is 3 or 4 || name.StartsWith("chatgpt-4o", StringComparison.OrdinalIgnoreCase),
            IsGemini: name.StartsWith("gemini-", StringComparison.OrdinalIgnoreCase));
    }
}
