using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Authentication;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Pipeline.Translation;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;
using Tollgate.Routing;
using Tollgate.Routing.Health;
using Tollgate.Routing.LoadBalancing;
using Tollgate.Upstreams;

namespace Tollgate.Preview;

/// <summary>
/// Shows what a client's request becomes for a kind of provider, and what the provider's answer becomes for the client: worked out by the
/// pipeline itself, without a call. One request each.
/// </summary>
public sealed class TranslationPreview : IDisposable
{
    private readonly ConnectionPools _pools = new([], TimeProvider.System);
    private readonly GatewayModel _model;
    private readonly GatewayRequest _request = new();
    private readonly MemoryStream _answer = new();
    private readonly string? _providersModel;
    private TransferPlan? _plan;

    /// <summary>Between a dialect of clients and a kind of provider.</summary>
    /// <param name="dialect">Such as <c>openai.chat</c>.</param>
    /// <param name="kind">Such as <c>aws-bedrock</c>.</param>
    /// <param name="model">Name of the model there; null: the one in the body.</param>
    /// <param name="only">For a server of OpenAI's kind: the one chat API that it has, <c>openai.chat</c> or <c>openai.responses</c>; null: both.</param>
    /// <exception cref="PreviewException">One of them is not known.</exception>
    public TranslationPreview(string dialect, string kind, string? model = null, string? only = null)
    {
        _providersModel = model;
        _model = Compile(Kind(kind), model, only);
        var operation = Operations.All.FirstOrDefault(o => DialectSet.Client(o)?.Name == dialect)
            ?? throw new PreviewException($"no clients speak '{dialect}': the dialects are {string.Join(", ", DialectSet.Clients.Select(c => c.Name))}");
        var context = new DefaultHttpContext();
        context.Request.Method = HttpMethods.Post;
        context.Response.Body = _answer;
        _request.Begin(context, _model, operation, TimeProvider.System, "req_preview");
    }

    /// <summary>What the provider is asked.</summary>
    /// <param name="body">The client's body.</param>
    /// <param name="stream">True: as if it asked for a stream.</param>
    /// <exception cref="PreviewException">It cannot be asked so.</exception>
    public PreviewedMessage Ask(ReadOnlyMemory<byte> body, bool stream = false)
    {
        Take(body);
        if (stream && !_request.WantsStream) Take(AsStream(body));
        _request.AskedModel = _request.BodyModel ?? _providersModel ?? throw new PreviewException("/model: the body names no model: add it, or give the provider's name for it");
        var backend = _model.Routes.Match(_request.AskedModel, _request.Context.Request)!.Tiers[0].Backends[0];
        var (plan, refusal) = Plan(backend);
        if (plan is null) throw new PreviewException(Placed(refusal!));
        if (plan.Pending is { } pending) throw new PreviewException($"{pending.Parts[0].Pointer}: what is at this address would be fetched first");
        _plan = plan.Exchange is { Calls: [var first, ..] } ? first : plan; // of several calls that are alike the first is shown
        var message = _request.Message;
        AttemptExecutor.Fill(message, _request, _plan);
        return new PreviewedMessage($"{_plan.Method} {_plan.Target.AbsoluteUri}", Headers(message), _plan.Body.ToArray()) { Notes = Notes() };
    }

    /// <summary>What the client gets for the provider's answer. Call <see cref="Ask"/> before.</summary>
    /// <param name="body">A whole answer, or a stream as it came over the wire: the bytes tell.</param>
    /// <param name="status">The provider's status.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="PreviewException">It cannot be read.</exception>
    /// <exception cref="InvalidOperationException">Nothing was asked before.</exception>
    public Task<PreviewedMessage> AnswerAsync(ReadOnlyMemory<byte> body, int status = StatusCodes.Status200OK, CancellationToken cancellationToken = default) =>
        AnswerAsync(new MemoryStream(body.ToArray()), MediaTypeOf(body.Span), status, cancellationToken);

    /// <inheritdoc cref="AnswerAsync(ReadOnlyMemory{byte}, int, CancellationToken)"/>
    internal async Task<PreviewedMessage> AnswerAsync(Stream body, string mediaType, int status, CancellationToken cancellationToken)
    {
        var headers = HeaderList.Rent();
        headers.Add("Content-Type", mediaType);
        using var response = new UpstreamResponse(status, headers, body);
        var plan = _plan ?? throw new InvalidOperationException("nothing was asked: call Ask before");
        _request.Clock.Start(plan.Provider.Timeouts);
        var outcome = await new ResponseRelay(new ResponseOwners()).RelayAsync(_request, response, plan).ConfigureAwait(false);
        if (outcome.Failure is not null && _answer.Length == 0) throw new PreviewException(outcome.Detail ?? outcome.Failure.Code);
        var http = _request.Context.Response;
        await http.BodyWriter.FlushAsync(cancellationToken).ConfigureAwait(false);
        return new PreviewedMessage(
            http.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [.. http.Headers.Select(h => KeyValuePair.Create(h.Key, h.Value.ToString()))],
            _answer.ToArray())
        { Notes = [.. _request.Record.Dropped.Select(e => Note(e))] };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _request.Reset();
        _pools.Dispose();
        _answer.Dispose();
    }

    private static ProviderKind Kind(string name) => Catalogue.Default.Find(name) is { InProcess: false } kind
        ? kind
        : throw new PreviewException($"no provider is of the kind '{name}': the kinds are {string.Join(", ", Catalogue.Default.All.Where(k => !k.InProcess).Select(k => k.Name))}");

    private GatewayModel Compile(ProviderKind kind, string? model, string? only)
    {
        // Places that the kind fills into its address: what is not known is called by its name.
        var provider = new ProviderConfig
        {
            Name = kind.Name,
            Kind = kind.Name,
            Dialect = only,
            Url = kind.Url is null ? new Uri("https://RESOURCE.openai.azure.com") : null,
            Region = "us-east-1",
            Project = "PROJECT",
            Location = "us-central1",
            Token = new SecretSource(new Secret("TOKEN"), null), // nothing is signed, but no identity is looked for either
        };
        var config = new GatewayConfig { Providers = [provider], Models = [new ModelConfig { Name = "*", Backends = [new BackendConfig { Provider = kind.Name, Model = model }] }] };
        var problems = new List<ConfigProblem>();
        var chance = new Chance();
        var renewals = new Renewals([], TimeProvider.System, chance, NullLogger<Renewals>.Instance);
        return new ModelCompiler(Catalogue.Default, _pools, renewals, new StateShelf(TimeProvider.System, chance.Next), AuthenticationState.None(TimeProvider.System), TimeProvider.System).Compile(config, 1, problems)
            ?? throw new PreviewException(string.Join('\n', problems));
    }

    private void Take(ReadOnlyMemory<byte> body)
    {
        var rented = System.Buffers.ArrayPool<byte>.Shared.Rent(body.Length);
        body.CopyTo(rented);
        _request.TakeBody(rented, body.Length);
        if (Peek.Read(_request) is { } refusal) throw new PreviewException(Placed(refusal));
    }

    private byte[] AsStream(ReadOnlyMemory<byte> body)
    {
        var edits = new BodyEdits();
        var member = _request.Member(BodyNames.Stream);
        if (member.Exists) edits.Replace(member, "true"u8.ToArray());
        else edits.Prepend("\"stream\":true"u8.ToArray());
        var edited = new byte[edits.GetLength(body.Length)];
        edits.Apply(body.Span, edited);
        return edited;
    }

    private (TransferPlan? Plan, Refusal? Refusal) Plan(Backend backend) => backend.Provider.Speaks(_request.Operation)
        ? (JsonPlan.Build(_request, backend, _request.Operation), null)
        : backend.Provider.Serves(_request.Operation)
            ? TranslatePlan.Build(_request, backend)
            : throw new PreviewException($"{backend.Provider.Kind.Name} cannot be asked for {_request.Operation.Name}");

    private static ImmutableArray<KeyValuePair<string, string>> Headers(UpstreamRequest message) =>
        [.. message.Headers.All.ToArray().Select(h => KeyValuePair.Create(h.Name, h.Value))];

    private ImmutableArray<string> Notes() => [.. (_plan?.Translation?.Log.Entries ?? []).Concat(_plan?.Dropped ?? []).Select(Note)];

    private static string Note(FidelityEntry entry) =>
        $"{(entry.Rule.Outcome == FidelityOutcome.Dropped ? "dropped" : "approximated")} {(entry.Pointer.Length > 0 ? entry.Pointer + " " : "")}({entry.Rule.Field}): {entry.Rule.Note}";

    /// <summary>With the place before it, unless the message names it.</summary>
    private static string Placed(Refusal refusal) => refusal.Param is { } param && $"/{param.Replace('.', '/')}" is var place && !refusal.Message.Contains(place, StringComparison.Ordinal)
        ? $"{place}: {refusal.Message}"
        : refusal.Message;

    private static string MediaTypeOf(ReadOnlySpan<byte> body)
    {
        var text = body.TrimStart(" \t\r\n"u8);
        if (text.StartsWith("{"u8) || text.StartsWith("["u8)) return "application/json";
        if (text.StartsWith("data:"u8) || text.StartsWith("event:"u8) || text.StartsWith(":"u8)) return "text/event-stream";
        return body.StartsWith((byte)0) ? "application/vnd.amazon.eventstream" : "text/plain"; // its first bytes are a length far below 16 MB
    }
}
