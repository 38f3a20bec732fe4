using System.Text.Json;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Dialects.OpenAIResponses;

namespace Tollgate.Protocols.Translators.Counting;

/// <summary>How clients ask for a count, and how they are told.</summary>
public abstract class CountingClient
{
    /// <summary>Anthropic's <c>count_tokens</c>: https://docs.anthropic.com/en/api/messages-count-tokens</summary>
    public static CountingClient Messages { get; } = new MessagesClient();

    /// <summary>vLLM's <c>/tokenize</c>, as far as it counts: https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html</summary>
    public static CountingClient Tokenize { get; } = new TokenizeClient();

    /// <summary>OpenAI's <c>responses/input_tokens</c>: https://platform.openai.com/docs/api-reference/responses/input-tokens</summary>
    public static CountingClient Responses { get; } = new ResponsesClient();

    /// <summary>The member of the answer that holds the count.</summary>
    internal abstract string Member { get; }

    /// <exception cref="ChatFormatException">It breaks the API's rules.</exception>
    internal abstract CountQuestion Read(ReadOnlyMemory<byte> body);

    internal abstract void Write(Utf8JsonWriter json, long count);

    private sealed class MessagesClient : CountingClient
    {
        internal override string Member => "input_tokens";

        internal override CountQuestion Read(ReadOnlyMemory<byte> body) =>
            new(CountQuestion.PromptOf(AnthropicMessagesClient.ReadCountRequest(body)), body);

        internal override void Write(Utf8JsonWriter json, long count) => json.WriteNumber("input_tokens"u8, count);
    }

    private sealed class ResponsesClient : CountingClient
    {
        internal override string Member => "input_tokens";

        internal override CountQuestion Read(ReadOnlyMemory<byte> body) => new(CountQuestion.PromptOf(OpenAIResponsesClient.Instance.ReadRequest(body)), body);

        internal override void Write(Utf8JsonWriter json, long count)
        {
            json.WriteString("object"u8, "response.input_tokens"u8);
            json.WriteNumber("input_tokens"u8, count);
        }
    }

    /// <summary>A conversation or a text; the numbers of the tokens are known to the model's own server alone.</summary>
    private sealed class TokenizeClient : CountingClient
    {
        internal override string Member => "count";

        internal override CountQuestion Read(ReadOnlyMemory<byte> body)
        {
            var prompt = Wire.Request(body, Prompt);
            if (prompt is null) return new(CountQuestion.PromptOf(OpenAIChatClient.Instance.ReadRequest(body)), body);
            return new(new ChatRequest { Dialect = OpenAIChatClient.Instance.Name, Turns = [new Turn(Role.User, [new TextPart(prompt)])] }, body) { IsPlainText = true };
        }

        internal override void Write(Utf8JsonWriter json, long count)
        {
            json.WriteNumber("count"u8, count);
            json.WriteNumber("max_model_len"u8, 0);
            json.WriteNull("tokens"u8);
        }

        private static string? Prompt(JsonElement root)
        {
            var (isText, isChat) = (root.Has("prompt"), root.Has("messages"));
            if (isText == isChat) throw new ChatFormatException("Write either 'prompt' or 'messages', and not both.", isText ? "/prompt" : "");
            if (root.AskedFlag("continue_final_message") == true && root.AskedFlag("add_generation_prompt") != false)
            {
                throw new ChatFormatException("'continue_final_message' needs 'add_generation_prompt': false.", "/continue_final_message");
            }

            return root.AskedText("prompt");
        }
    }
}
