using System.Text.Json;
using Tollgate.Protocols.Chat;

namespace Tollgate.Protocols.Dialects.BedrockConverse;

/// <summary>
/// <c>inferenceConfig</c> (<see href="https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InferenceConfiguration.html"/>):
/// temperature and topP are 0 to 1 for every model; some models take fewer.
/// </summary>
internal sealed class Sampling
{
    private readonly ChatRequest _request;
    private readonly FidelityLog _log;
    private readonly long? _maxTokens;
    private readonly string[] _stop;
    private double? _temperature;
    private double? _topP;

    public Sampling(ChatRequest request, ConverseModel model, ReasoningPlan plan, FidelityLog log)
    {
        (_request, _log) = (request, log);
        _maxTokens = request.MaxTokens;
        _stop = request.Stop.Count == 0 ? [] : [.. request.Stop.Where(static s => s.Length > 0)];
        CheckStop(model);
        (_temperature, _topP, TopK) = (request.Temperature, request.TopP, request.TopK);
        if (TopK is not null && !TakesTopK(model)) Leave(ConverseRules.TopK, RequestMember.TopK);
        if (model.IsAdaptiveOnly) LeaveAll();
        else if (plan.ClaudeThinks) LeaveForThinking();
        if (_temperature is not null && _topP is not null && model.TakesOneOfTemperatureAndTopP) Leave(ConverseRules.TopPBesideTemperature, RequestMember.TopP);
        if (_temperature is not > 1) return;
        log.Apply(ConverseRules.Temperature, request.PlaceOf(RequestMember.Temperature));
        _temperature = 1;
    }

    /// <summary>For <c>additionalModelRequestFields</c>, as Converse has no member for it; null when it is not to be sent.</summary>
    public long? TopK { get; private set; }

    public void Write(Utf8JsonWriter json)
    {
        if (_maxTokens is null && _temperature is null && _topP is null && _stop.Length == 0) return;
        json.WriteStartObject("inferenceConfig"u8);
        if (_maxTokens is { } most) json.WriteNumber("maxTokens"u8, most);
        if (_temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (_topP is { } topP) json.WriteNumber("topP"u8, topP);
        if (_stop.Length > 0)
        {
            json.WriteStartArray("stopSequences"u8);
            foreach (var stop in _stop) json.WriteStringValue(stop);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static bool TakesTopK(ConverseModel model) => model.Family
        is ModelFamily.Unknown or ModelFamily.Claude or ModelFamily.Nova or ModelFamily.Nova2 or ModelFamily.Mistral;

    private void CheckStop(ConverseModel model)
    {
        if (_stop.Length < _request.Stop.Count) _log.Apply(ConverseRules.EmptyStop, _request.PlaceOf(RequestMember.Stop));
        if (model.Family == ModelFamily.Claude && Array.Exists(_stop, string.IsNullOrWhiteSpace)) _log.Apply(ConverseRules.BlankStop, _request.PlaceOf(RequestMember.Stop));
    }

    /// <summary>What these models refuse, and miss only when it is not what they do anyway.</summary>
    private void LeaveAll()
    {
        if (_temperature is not (null or 1)) Leave(ConverseRules.Sampling, RequestMember.Temperature);
        if (_topP is not (null or 1)) Leave(ConverseRules.Sampling, RequestMember.TopP);
        if (TopK is not null) Leave(ConverseRules.Sampling, RequestMember.TopK);
        (_temperature, _topP, TopK) = (null, null, null);
    }

    /// <summary>While it thinks, Claude takes a temperature of 1 and a top_p of 0.95 or more.</summary>
    private void LeaveForThinking()
    {
        if (_temperature is not (null or 1)) Leave(ConverseRules.SamplingBesideThinking, RequestMember.Temperature);
        if (_topP is < 0.95) Leave(ConverseRules.SamplingBesideThinking, RequestMember.TopP);
        if (TopK is not null) Leave(ConverseRules.SamplingBesideThinking, RequestMember.TopK);
    }

    private void Leave(FidelityRule rule, RequestMember member)
    {
        _log.Apply(rule, _request.PlaceOf(member));
        if (member == RequestMember.TopK) TopK = null;
        else if (member == RequestMember.TopP) _topP = null;
        else _temperature = null;
    }
}
