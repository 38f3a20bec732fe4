using System.Buffers;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
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
        var client = DialectSet.Client(request.Operation)!;
        try
        {
            request.Chat ??= client.ReadRequest(request.Body);
        }
        catch (ChatFormatException e)
        {
            return (null, new Refusal(GatewayErrorKinds.InvalidRequest, e.Message, Param(e.Pointer)));
        }

        return Build(request, backend, client);
    }

    /// <summary>For a request that has been read.</summary>
    internal static (TransferPlan? Plan, Refusal? Refusal) Build(GatewayRequest request, Backend backend, ClientDialect client)
    {
        var provider = backend.Provider;
        var upstream = provider.Upstream!;
        if (HostRules.Refuses(provider.Kind, request.Chat!) is { } what)
        {
            return (null, new Refusal(GatewayErrorKinds.Unsupported, $"provider '{provider.Name}' cannot be asked for {what}", "messages"));
        }

        var model = backend.Model ?? request.AskedModel;
        var log = new FidelityLog();
        var output = new ArrayBufferWriter<byte>(request.Body.Length + 512);
        upstream.WriteRequest(output, request.Chat!, model, log);
        if (log.Refusal is { } refused) return (null, Refuse(refused, provider.Name));

        request.UseTranslated(output.WrittenMemory, model);
        var plan = JsonPlan.Build(request, backend, DialectSet.OperationOf(upstream)) with { Translation = new Translation(client, upstream, request.Chat!, log) };
        return (plan, null);
    }

    private static Refusal Refuse(FidelityEntry refused, string provider) => new(
        GatewayErrorKinds.Unsupported,
        $"provider '{provider}' cannot be asked for {refused.Rule.Field}: {refused.Rule.Note}",
        Param(refused.Pointer));

    // OpenAI names the field at fault as in messages[0].content; the top member is what its users look for.
    private static string? Param(string pointer) => pointer.Length > 1 ? pointer.TrimStart('/').Replace('/', '.') : null;
}
