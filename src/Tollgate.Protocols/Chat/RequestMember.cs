namespace Tollgate.Protocols.Chat;

/// <summary>A parameter of a request, whatever the client's dialect calls it.</summary>
public enum RequestMember
{
    /// <summary>The conversation.</summary>
    Messages,

    /// <summary>The tools.</summary>
    Tools,

    /// <summary>See <see cref="ChatRequest.ToolChoice"/>.</summary>
    ToolChoice,

    /// <summary>See <see cref="ChatRequest.ParallelToolCalls"/>.</summary>
    ParallelToolCalls,

    /// <summary>See <see cref="ChatRequest.MaxTokens"/>.</summary>
    MaxTokens,

    /// <summary>See <see cref="ChatRequest.Temperature"/>.</summary>
    Temperature,

    /// <summary>See <see cref="ChatRequest.TopP"/>.</summary>
    TopP,

    /// <summary>See <see cref="ChatRequest.TopK"/>.</summary>
    TopK,

    /// <summary>See <see cref="ChatRequest.PresencePenalty"/>.</summary>
    PresencePenalty,

    /// <summary>See <see cref="ChatRequest.FrequencyPenalty"/>.</summary>
    FrequencyPenalty,

    /// <summary>See <see cref="ChatRequest.Seed"/>.</summary>
    Seed,

    /// <summary>See <see cref="ChatRequest.Count"/>.</summary>
    Count,

    /// <summary>See <see cref="ChatRequest.Stop"/>.</summary>
    Stop,

    /// <summary>See <see cref="ChatRequest.Logprobs"/>.</summary>
    Logprobs,

    /// <summary>Whatever was said about <see cref="ChatRequest.Reasoning"/>.</summary>
    Reasoning,

    /// <summary>See <see cref="Chat.Reasoning.Effort"/>.</summary>
    Effort,

    /// <summary>See <see cref="Chat.Reasoning.BudgetTokens"/>.</summary>
    ThinkingBudget,

    /// <summary>See <see cref="Chat.Reasoning.Visible"/>.</summary>
    VisibleThoughts,

    /// <summary>See <see cref="ChatRequest.Output"/>.</summary>
    Output,

    /// <summary>See <see cref="OutputFormat.Description"/>.</summary>
    OutputDescription,

    /// <summary>See <see cref="ChatRequest.User"/>.</summary>
    User,
}

/// <summary>Where the dialects of clients have their parameters.</summary>
public static class RequestMembers
{
    /// <summary>JSON pointer of a parameter in the body that the request was read from.</summary>
    public static string PlaceOf(this ChatRequest request, RequestMember member)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Dialect switch
        {
            "anthropic.messages" => OfMessages(request, member),
            "openai.responses" => OfResponses(member),
            _ => OfChat(request, member),
        };
    }

    /// <summary>The first of the extras with this name; empty when there is none.</summary>
    internal static RawJson ExtraNamed(this ChatRequest request, string name)
    {
        for (var i = 0; i < request.Extras.Count; i++)
        {
            if (request.Extras[i].Key == name) return request.Extras[i].Value;
        }

        return default;
    }

    private static string OfChat(ChatRequest request, RequestMember member) => member switch
    {
        RequestMember.Messages => "/messages",
        RequestMember.Stop => "/stop",
        RequestMember.Reasoning => SaysThinking(request) ? "/thinking" : "/reasoning_effort",
        RequestMember.Effort => "/reasoning_effort",
        RequestMember.ThinkingBudget => "/thinking/budget_tokens",
        RequestMember.VisibleThoughts => "/thinking",
        RequestMember.Output => "/response_format",
        RequestMember.OutputDescription => "/response_format/json_schema/description",
        RequestMember.MaxTokens => "/max_tokens",
        _ => OfOpenAI(member),
    };

    private static string OfResponses(RequestMember member) => member switch
    {
        RequestMember.Messages => "/input",
        RequestMember.Reasoning or RequestMember.ThinkingBudget => "/reasoning",
        RequestMember.Effort => "/reasoning/effort",
        RequestMember.VisibleThoughts => "/reasoning/summary",
        RequestMember.Output => "/text/format",
        RequestMember.OutputDescription => "/text/format/description",
        RequestMember.MaxTokens => "/max_output_tokens",
        RequestMember.Logprobs => "/top_logprobs",
        _ => OfOpenAI(member),
    };

    private static string OfMessages(ChatRequest request, RequestMember member) => member switch
    {
        RequestMember.Messages => "/messages",
        RequestMember.Stop => "/stop_sequences",
        RequestMember.Reasoning => SaysThinking(request) ? "/thinking" : "/output_config/effort",
        RequestMember.Effort => "/output_config/effort",
        RequestMember.ThinkingBudget => "/thinking/budget_tokens",
        RequestMember.VisibleThoughts => "/thinking/display",
        RequestMember.Output or RequestMember.OutputDescription => "/output_config/format",
        RequestMember.MaxTokens => "/max_tokens",
        RequestMember.User => "/metadata/user_id",
        RequestMember.ParallelToolCalls => "/tool_choice/disable_parallel_tool_use",
        _ => OfOpenAI(member),
    };

    /// <summary>The names that both APIs of OpenAI have, and Anthropic's too where it has the parameter.</summary>
    private static string OfOpenAI(RequestMember member) => member switch
    {
        RequestMember.Tools => "/tools",
        RequestMember.ToolChoice => "/tool_choice",
        RequestMember.ParallelToolCalls => "/parallel_tool_calls",
        RequestMember.Temperature => "/temperature",
        RequestMember.TopP => "/top_p",
        RequestMember.TopK => "/top_k",
        RequestMember.PresencePenalty => "/presence_penalty",
        RequestMember.FrequencyPenalty => "/frequency_penalty",
        RequestMember.Seed => "/seed",
        RequestMember.Count => "/n",
        RequestMember.Stop => "/stop",
        RequestMember.Logprobs => "/logprobs",
        RequestMember.User => "/user",
        _ => "",
    };

    private static bool SaysThinking(ChatRequest request) =>
        request.Reasoning is null or { Effort: null } or { BudgetTokens: not null } or { Adaptive: true } or { Enabled: true };
}
