using Tollgate.Metering.Costs;
using Tollgate.Protocols;
using Tollgate.Protocols.Chat;

namespace Tollgate.Metering;

/// <summary>
/// What is known of one request when it ends: the source of its access-log line and its metrics. Filled by the pipeline,
/// reused for later requests: read it before <see cref="Reset"/>.
/// </summary>
public sealed class RequestRecord
{
    private readonly List<KeyValuePair<string, string>> attributes = [];
    private const int TraceIdAt = 3;
    private const int TraceIdLength = 32;

    private List<AttemptRecord>? failed;
    private TokenUsage used;

    /// <summary>The gateway's own id of the request.</summary>
    public string RequestId { get; set; } = "";

    /// <summary>When it arrived.</summary>
    public DateTimeOffset Start { get; set; }

    /// <summary>HTTP method and path as sent, without the query.</summary>
    public string Method { get; set; } = "";

    /// <summary>Path as sent, without the query.</summary>
    public string Path { get; set; } = "";

    /// <summary>The operation, or null when the path names none.</summary>
    public Operation? Operation { get; set; }

    /// <summary>Name of the authenticated client, or null.</summary>
    public string? Client { get; set; }

    /// <summary>Id of the caller's key, safe to log, or null.</summary>
    public string? KeyId { get; set; }

    /// <summary>The caller's team, or null.</summary>
    public string? Team { get; set; }

    /// <summary>The organisation of the caller's team, or null.</summary>
    public string? Organization { get; set; }

    /// <summary>Name of the route (the <c>models</c> entry) that matched.</summary>
    public string? Route { get; set; }

    /// <summary>The operator's name of the provider that answered.</summary>
    public string? Provider { get; set; }

    /// <summary><c>gen_ai.provider.name</c> of the provider that answered.</summary>
    public string? ProviderMetricName { get; set; }

    /// <summary>Model that the client asked for.</summary>
    public string? AskedModel { get; set; }

    /// <summary>Model that was sent to the provider.</summary>
    public string? ServedModel { get; set; }

    /// <summary>Model that the provider named in its answer.</summary>
    public string? ResponseModel { get; set; }

    /// <summary>The provider's id of its answer.</summary>
    public string? ResponseId { get; set; }

    /// <summary>Why the provider ended its answer, in its own word.</summary>
    public string? FinishReason { get; set; }

    /// <summary>Id of the trace that the request belongs to, 32 hexadecimal digits; null when it is not traced.</summary>
    public string? TraceId
    {
        get => field ?? (Unrecorded is null ? null : TraceIdOf(Unrecorded).ToString());
        set;
    }

    /// <summary>True when the trace is kept, so that whoever sees its id finds it.</summary>
    internal bool IsTraceRecorded { get; set; }

    /// <summary>The <c>traceparent</c> of a trace that nobody records; null for all others.</summary>
    internal string? Unrecorded { get; set; }

    /// <summary>What the operator wants to see of the request's headers: an attribute's name, and the value.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Attributes => attributes;

    /// <summary>The same for metrics, with null where the request had no such header; null when metrics get none.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>>? Labels { get; set; }

    /// <summary>True when the answer was a stream.</summary>
    public bool Stream { get; set; }

    /// <summary>Status sent to the client; 499 when it left before there was one.</summary>
    public int Status { get; set; }

    /// <summary>Status of the provider, or 0.</summary>
    public int ProviderStatus { get; set; }

    /// <summary>True: the attempt was made with the caller's own credential, so that a refusal says nothing of the operator's.</summary>
    public bool CallersCredential { get; set; }

    /// <summary>Number of calls made to providers.</summary>
    public int Attempts { get; set; }

    /// <summary>Calls that failed before the one that the rest tells of; null when there were none.</summary>
    public IReadOnlyList<AttemptRecord>? FailedAttempts => failed is { Count: > 0 } ? failed : null;

    /// <summary>How going on with a broken stream ended: <c>recovered</c> or <c>failed</c>; null when none broke that could be gone on with.</summary>
    public string? Resumed { get; set; }

    /// <summary>Events of a stream that were left out because nobody could have read them.</summary>
    public int SkippedEvents { get; set; }

    /// <summary>What went wrong, as a code such as <c>model_not_found</c> or <c>provider_timeout</c>; null when nothing did.</summary>
    public string? ErrorCode { get; set; }

    /// <summary>Name of the limit that refused the request, or of the quota that sent it to another backend; null when none did.</summary>
    public string? Limit { get; set; }

    /// <summary>Name of a limit in shadow mode that would have refused it; null when none would.</summary>
    public string? ShadowLimit { get; set; }

    /// <summary>Tokens that were reserved of limits before it was made; null when no limit counts tokens.</summary>
    public long? ReservedTokens { get; set; }

    /// <summary>What a translation left out of the request or of the answer.</summary>
    public IReadOnlyList<FidelityEntry> Dropped { get; set; } = [];

    /// <summary>Tokens and the like.</summary>
    public TokenUsage Usage { get => used; set => used = value; }

    /// <summary>The same where it is: it is large.</summary>
    internal ref TokenUsage Used => ref used;

    /// <summary>The provider said why its answer ends: what it told of usage is final.</summary>
    public bool AnswerFinished { get; set; }

    /// <summary>Output tokens as far as the size of what came tells; used when the provider never said.</summary>
    public long EstimatedOutput { get; set; }

    /// <summary>True when a stream ended before its usage was told, so that some of <see cref="Usage"/> is an estimate.</summary>
    public bool UsageEstimated { get; set; }

    /// <summary>What it cost, in US dollars; null when that is not known.</summary>
    public decimal? Cost { get; set; }

    /// <summary>What calls that failed cost beside it, in US dollars; null when one of them used something without a known price.</summary>
    public decimal? FailedCost
    {
        get
        {
            var sum = 0m;
            foreach (var attempt in FailedAttempts ?? [])
            {
                if (!attempt.Usage.IsKnown) continue;
                if (attempt.Cost is not { } cost) return null;
                sum += cost;
            }

            return sum;
        }
    }

    /// <summary>The operator's costs, worked out when it ends.</summary>
    public IList<RequestCost> Costs { get; } = [];

    /// <summary>True when something was used that has no known price.</summary>
    public bool IsUnpriced { get; set; }

    /// <summary>From arrival to the first content that went to the client; null when there was none.</summary>
    public TimeSpan? TimeToFirstToken { get; set; }

    /// <summary>From arrival to the provider's response headers; null when there were none.</summary>
    public TimeSpan? ProviderHeaders { get; set; }

    /// <summary>From arrival to the end.</summary>
    public TimeSpan Duration { get; set; }

    /// <summary>Bytes of the client's request body.</summary>
    public long BytesIn { get; set; }

    /// <summary>Bytes of body sent to the client.</summary>
    public long BytesOut { get; set; }

    /// <summary>Request body, only when the access log is told to keep bodies.</summary>
    public ReadOnlyMemory<byte> RequestBody { get; set; }

    /// <summary>Start of the response body, only when the access log is told to keep bodies.</summary>
    public ReadOnlyMemory<byte> ResponseBody { get; set; }

    /// <summary>True when the request failed, for the client or at the provider.</summary>
    public bool Failed => ErrorCode is not null || Status >= 400;

    /// <summary>The id in a <c>traceparent</c>.</summary>
    internal static ReadOnlySpan<char> TraceIdOf(string context) => context.AsSpan(TraceIdAt, TraceIdLength);

    /// <summary>Keeps what is known of a call that failed, before another is made.</summary>
    internal void AddFailedAttempt(AttemptRecord attempt) => (failed ??= []).Add(attempt);

    /// <summary>For a second attempt beside the one of another record: the same request, of which one attempt has been made.</summary>
    internal void Join(RequestRecord other)
    {
        (Start, TraceId, Labels, Operation) = (other.Start, other.TraceId, other.Labels, other.Operation);
        Unrecorded = other.Unrecorded;
        (Client, KeyId, Team, Organization) = (other.Client, other.KeyId, other.Team, other.Organization);
        (Limit, ShadowLimit, ReservedTokens) = (other.Limit, other.ShadowLimit, other.ReservedTokens);
        attributes.AddRange(other.attributes);
        Attempts = 1;
    }

    /// <summary>The second attempt answered: what is known of it is what is known of the request.</summary>
    internal void Adopt(RequestRecord answer)
    {
        (Provider, ProviderMetricName, Route) = (answer.Provider, answer.ProviderMetricName, answer.Route);
        (ServedModel, ResponseModel, ResponseId, FinishReason) = (answer.ServedModel, answer.ResponseModel, answer.ResponseId, answer.FinishReason);
        (Stream, Status, ProviderStatus, CallersCredential) = (answer.Stream, answer.Status, answer.ProviderStatus, answer.CallersCredential);
        (Attempts, Resumed, SkippedEvents, ErrorCode, Dropped) = (answer.Attempts, answer.Resumed, answer.SkippedEvents, answer.ErrorCode, answer.Dropped);
        (Usage, AnswerFinished, EstimatedOutput) = (answer.Usage, answer.AnswerFinished, answer.EstimatedOutput);
        (Limit, ShadowLimit) = (answer.Limit, answer.ShadowLimit);
        (TimeToFirstToken, ProviderHeaders, BytesOut) = (answer.TimeToFirstToken, answer.ProviderHeaders, answer.BytesOut);
        failed?.Clear();
        if (answer.failed is { Count: > 0 } others) (failed ??= []).AddRange(others);
    }

    /// <summary>Adds to <see cref="Attributes"/>.</summary>
    internal void Add(string attribute, string value) => attributes.Add(KeyValuePair.Create(attribute, value));

    /// <summary>Makes it as new.</summary>
    public void Reset()
    {
        RequestId = Method = Path = "";
        Start = default;
        Operation = null;
        Client = KeyId = Team = Organization = Route = Provider = ProviderMetricName = AskedModel = ServedModel = ResponseModel = ErrorCode = Resumed = null;
        Limit = ShadowLimit = null;
        ReservedTokens = null;
        ResponseId = FinishReason = TraceId = Unrecorded = null;
        IsTraceRecorded = false;
        attributes.Clear();
        Labels = null;
        Stream = CallersCredential = false;
        Status = ProviderStatus = Attempts = 0;
        SkippedEvents = 0;
        failed?.Clear();
        Usage = default;
        AnswerFinished = UsageEstimated = false;
        EstimatedOutput = 0;
        Cost = null;
        Costs.Clear();
        IsUnpriced = false;
        Dropped = [];
        TimeToFirstToken = ProviderHeaders = null;
        Duration = default;
        BytesIn = BytesOut = 0;
        RequestBody = ResponseBody = default;
    }
}
