using System.Buffers;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Errors;
using Tollgate.Routing;

namespace Tollgate.Pipeline.Translation;

/// <summary>
/// Plans an attempt at a provider of another dialect: the request is read once and written anew; what the operator and the envelope
/// change is then spliced into the new body, as into a relayed one.
/// </summary>
internal static class TranslatePlan
{
    internal static (TransferPlan? Plan, Refusal? Refusal) Build(GatewayRequest request, Backend backend)
    {
        try
        {
            request.Chat ??= DialectSet.Client(request.Operation)!.ReadRequest(request.Body);
        }
        catch (ChatFormatException e)
        {
            return (null, new Refusal(GatewayErrorKinds.InvalidRequest, e.Message, Param(e.Pointer)));
        }

        return Write(request, backend, request.Chat);
    }

    /// <summary>Asks for what <paramref name="chat"/> says: what the client asked, or something that follows from it.</summary>
    internal static (TransferPlan? Plan, Refusal? Refusal) Write(GatewayRequest request, Backend backend, ChatRequest chat)
    {
        var provider = backend.Provider;
        var upstream = provider.Upstream!;
        if (HostRules.Refuses(provider.Kind, chat) is { } what)
        {
            return (null, new Refusal(GatewayErrorKinds.Unsupported, $"provider '{provider.Name}' cannot be asked for {what}", "messages"));
        }

        var model = backend.Model ?? request.AskedModel;
        var log = new FidelityLog();
        var output = new ArrayBufferWriter<byte>(request.Body.Length + 512);
        foreach (var (rule, pointer) in chat.Unsayable) log.Apply(rule, pointer);
        if (log.Refusal is { } unsayable) return (null, Refuse(unsayable, provider.Name));
        upstream.WriteRequest(output, chat, model, log);
        if (log.Refusal is { } refused) return (null, Refuse(refused, provider.Name));

        request.UseTranslated(output.WrittenMemory, model);
        var plan = JsonPlan.Build(request, backend, DialectSet.OperationOf(upstream)) with { Translation = new Translation(DialectSet.Client(request.Operation)!, upstream, chat, log) };
        return (plan, null);
    }

    private static Refusal Refuse(FidelityEntry refused, string provider) => new(
        GatewayErrorKinds.Unsupported,
        $"provider '{provider}' cannot be asked for {refused.Rule.Field}: {refused.Rule.Note}",
        Param(refused.Pointer));

    // OpenAI names the field at fault as in messages[0].content; the top member is what its users look for.
    private static string? Param(string pointer) => pointer.Length > 1 ? pointer.TrimStart('/').Replace('/', '.') : null;
}
