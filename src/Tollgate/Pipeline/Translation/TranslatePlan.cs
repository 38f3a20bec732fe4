using Tollgate.Pipeline.Fetching;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Errors;
using Tollgate.Protocols.Translators;
using Tollgate.Protocols.Translators.Answers;
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

        return Build(request, backend, client, request.Chat);
    }

    /// <summary>For a request that has been read, or one that follows from it.</summary>
    internal static (TransferPlan? Plan, Refusal? Refusal) Build(GatewayRequest request, Backend backend, ClientDialect client, ChatRequest asked)
    {
        var (chat, pending, refusal) = Inlined(request, asked, backend);
        if (refusal is not null) return (null, refusal);
        var (plan, unsaid) = Write(request, client, chat, backend);
        return plan is null || pending is null ? (plan, unsaid) : (plan with { Pending = pending }, null);
    }

    private static (TransferPlan? Plan, Refusal? Refusal) Write(GatewayRequest request, ClientDialect client, ChatRequest chat, Backend backend)
    {
        var provider = backend.Provider;
        var upstream = provider.Upstream!;
        var model = backend.Model ?? request.AskedModel;
        var log = new FidelityLog();
        var output = request.Translations.Asked(request.Sending is { InFlight: true });
        var several = SeveralAnswers.CanAsk(chat, upstream) && !AreWrittenElsewhere(request) ? chat : null;
        if (several is not null)
        {
            chat = chat with { Count = null };
            log.Apply(SeveralAnswers.Rule, "/n");
        }

        foreach (var (rule, pointer) in chat.Unsayable) log.Apply(rule, pointer);
        if (log.Refusal is { } unsayable) return (null, Refuse(unsayable, provider.Name, ""));
        chat = BetaFlagPlan.Apply(request, chat, provider, upstream, model, log);
        try
        {
            upstream.WriteRequest(output, chat, model, log);
        }
        catch (ChatFormatException e)
        {
            // What only a writer looks into, such as a schema.
            return (null, new Refusal(GatewayErrorKinds.InvalidRequest, e.Message, Param(e.Pointer)));
        }

        if (log.Refusal is { } refused) return (null, Refuse(refused, provider.Name, ""));
        if (backend.IsStrict && log.Loss is { } lost) return (null, Refuse(lost, provider.Name, " as it was said, and fidelity is strict"));

        var translation = new Translation(client, upstream, chat, log);
        if (several is not null)
        {
            var call = new UpstreamCall("", output.WrittenMemory.ToArray()) { As = DialectSet.OperationOf(upstream) };
            return (ExchangePlan.Of(request, backend, new SeveralAnswers(upstream, client, several, call), model, log, translation), null);
        }

        request.UseTranslated(output.WrittenMemory, model);
        return (JsonPlan.Build(request, backend, DialectSet.OperationOf(upstream)) with { Translation = translation }, null);
    }

    /// <summary>True when another backend of the model writes several answers for the price of reading once: it is asked in this one's place.</summary>
    private static bool AreWrittenElsewhere(GatewayRequest request) =>
        request.Model.Routes.Match(request.AskedModel, request.Context.Request)!.Tiers
            .SelectMany(tier => tier.Backends)
            .Any(backend => backend.Provider.Speaks(request.Operation) || backend.Provider.Upstream is { WritesOneAnswer: false });

    /// <summary>The request as this provider can be told it: what it takes no addresses for is inline, once it is fetched.</summary>
    private static (ChatRequest Chat, PendingFetch? Pending, Refusal? Refusal) Inlined(GatewayRequest request, ChatRequest chat, Backend backend)
    {
        var parts = Inlining.Find(chat, backend.Provider, HostRules.TakesAddress);
        return parts.Count == 0 ? (chat, null, null) : Inlined(request, chat, backend, parts);
    }

    private static (ChatRequest Chat, PendingFetch? Pending, Refusal? Refusal) Inlined(GatewayRequest request, ChatRequest chat, Backend backend, IReadOnlyList<Part> parts)
    {
        if (backend.Fetch is not { } rules || parts.Any(part => part is DocumentPart ? !rules.Documents : !rules.Images))
        {
            // Where the dialect itself knows no addresses, its writer refuses with a rule of its own.
            var refusal = HostRules.TakesInlineOnly(backend.Provider.Kind) ? CannotBeAsked(backend, HostRules.Addresses, parts[0].Pointer) : null;
            return (chat, null, refusal);
        }

        if (parts.Count > FetchStep.MostAddresses)
        {
            return (chat, null, CannotBeAsked(backend, $"more than {FetchStep.MostAddresses} images and documents by URL: send some inline", parts[FetchStep.MostAddresses].Pointer));
        }

        var isMissing = request.Fetched is null || parts.Any(part => !request.Fetched.ContainsKey((part is DocumentPart, Inlining.AddressOf(part))));
        return (Inlining.Replace(chat, parts, request.Fetched), isMissing ? new PendingFetch(backend, rules, parts) : null, null);
    }

    private static Refusal Refuse(FidelityEntry entry, string provider, string how) => new(
        GatewayErrorKinds.Unsupported,
        $"provider '{provider}' cannot be asked for {entry.Name}{how}: {entry.Rule.Note}",
        Param(entry.Pointer));

    private static Refusal CannotBeAsked(Backend backend, string what, string pointer) =>
        new(GatewayErrorKinds.Unsupported, $"provider '{backend.Provider.Name}' cannot be asked for {what}", Param(pointer) ?? "messages");

    // OpenAI names the field at fault as in messages[0].content; the top member is what its users look for.
    private static string? Param(string pointer) => pointer.Length > 1 ? pointer.TrimStart('/').Replace('/', '.') : null;
}
