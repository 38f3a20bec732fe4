using System.Text;
using Microsoft.Extensions.Primitives;
using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Json;

namespace Tollgate.Pipeline.Translation;

/// <summary>
/// What an Anthropic client's <c>anthropic-beta</c> becomes in translation: Claude behind another grammar is told in the body, as far as
/// its host knows the flag; nobody else is, and the log says so.
/// </summary>
internal static class BetaFlagPlan
{
    private const string Member = "anthropic_beta";

    /// <summary>The request with the flags that this provider takes; the others go to the log.</summary>
    internal static ChatRequest Apply(GatewayRequest request, ChatRequest chat, Provider provider, UpstreamDialect upstream, string model, FidelityLog log)
    {
        if (request.Family != ApiFamily.Anthropic) return chat;
        var header = request.Context.Request.Headers[BetaHeader.Name];
        if (StringValues.IsNullOrEmpty(header)) return chat;

        // A body that names flags itself wins, as it does at InvokeModel.
        var takes = upstream.TakesBetas(model);
        if (takes && chat.Extras.Any(extra => extra.Key == Member)) return chat;
        List<string> kept = [];
        foreach (var flag in BetaHeader.Flags(header))
        {
            if (takes && provider.Betas?.NameOf(flag) is { } name) kept.Add(name);
            else BetaHeader.Drop(flag, log);
        }

        if (kept.Count == 0) return chat;
        var list = Encoding.UTF8.GetBytes($"[{string.Join(',', kept.Distinct(StringComparer.Ordinal).Select(flag => Encoding.UTF8.GetString(ModelCompiler.JsonString(flag))))}]");
        return chat with { Extras = [.. chat.Extras, new(Member, new RawJson(list))] };
    }
}
