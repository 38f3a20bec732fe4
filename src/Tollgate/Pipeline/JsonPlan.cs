using Tollgate.Model;
using Tollgate.Protocols;
using Tollgate.Protocols.Json;
using Tollgate.Routing;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>Plans the relay of a JSON body: everything that changes is a span, the rest stays as the client wrote it.</summary>
internal static class JsonPlan
{
    private static readonly byte[] IncludeUsage = [.. "{\"include_usage\":true}"u8];
    private static readonly byte[] StreamOptionsMember = [.. "\"stream_options\":{\"include_usage\":true}"u8];
    private static readonly byte[] FirstInclude = [.. "\"include_usage\":true"u8];
    private static readonly byte[] FirstIncludeAndComma = [.. "\"include_usage\":true,"u8];
    private static readonly byte[] True = [.. "true"u8];
    private static readonly JsonNames OptionNames = new("include_usage");

    /// <param name="request">Whose <c>Outgoing</c> body is edited.</param>
    /// <param name="backend">Who is asked.</param>
    /// <param name="operation">As what.</param>
    /// <param name="isWhole">True: whatever the client asked for, the provider is asked for an answer in one piece.</param>
    internal static TransferPlan Build(GatewayRequest request, Backend backend, Operation operation, bool isWhole = false)
    {
        var stream = request.WantsStream && !isWhole;
        var provider = backend.Provider;
        var envelope = provider.Envelope;
        var model = backend.Model ?? request.AskedModel;
        request.Record.ServedModel = model;

        request.BeginEdits();
        ApplyOperatorEdits(request, backend);
        if (envelope.BodyModel(operation, model) is { } named && named != request.OutgoingModel)
        {
            request.ReplaceModel(named == backend.Model ? backend.ModelJson : ModelCompiler.JsonString(named));
        }

        envelope.Edit(request, operation, model);
        var withhold = stream && provider.Kind.StreamOptions && provider.Speaks(operation) && AskForUsage(request, operation);

        var body = request.ApplyEdits();

        // A query belongs to the dialect that the client speaks, such as Anthropic's beta=true.
        var query = operation == request.Operation ? QueryFilter.Clean(request.Context.Request.QueryString.Value) : "";
        return new TransferPlan(provider, envelope.Target(operation, model, stream, query), HttpMethod.Post, new BufferContent(body), body, "application/json")
        {
            Backend = backend,
            Dropped = envelope.Dropped(request),
            WithholdUsage = withhold,
            AwsEventStream = stream && envelope.IsAwsEventStream(operation),
        };
    }

    internal static void ApplyOperatorEdits(GatewayRequest request, Backend backend)
    {
        foreach (var member in backend.SetMembers) request.SetMember(member.Name, member.Value, member.NameAndValue);
        foreach (var member in backend.RemovedMembers) request.RemoveMember(member);
    }

    /// <summary>Adds <c>stream_options.include_usage</c>. True when the client had not asked, so that the extra chunk is not for it.</summary>
    private static bool AskForUsage(GatewayRequest request, Operation operation)
    {
        if (operation != Operations.Chat && operation != Operations.Completions) return false;
        var options = request.Member(BodyNames.StreamOptions);
        var value = options.Exists ? options.Value(request.Outgoing.Span) : default;
        if (!options.Exists || JsonHead.IsNull(value))
        {
            request.SetMember(BodyNames.StreamOptions, IncludeUsage, StreamOptionsMember);
            return true;
        }

        Span<JsonMember> found = stackalloc JsonMember[1];
        if (!JsonHead.TryRead(value, OptionNames, found, out _)) return false; // the provider says what is wrong with it
        if (found[0].Exists && JsonHead.IsTrue(found[0].Value(value))) return false;
        if (request.Touch(BodyNames.StreamOptions)) return false; // the operator decides it
        if (found[0].Exists)
        {
            request.Edits.Replace(options.ValueStart + found[0].ValueStart, options.ValueStart + found[0].ValueEnd, True);
        }
        else
        {
            var isEmpty = value[1..].Trim(" \t\r\n"u8).SequenceEqual("}"u8);
            request.Edits.Replace(options.ValueStart + 1, options.ValueStart + 1, isEmpty ? FirstInclude : FirstIncludeAndComma);
        }

        return true;
    }
}
