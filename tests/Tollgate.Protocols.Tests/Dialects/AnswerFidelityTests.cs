using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Dialects;
using Tollgate.Protocols.Dialects.AnthropicMessages;
using Tollgate.Protocols.Dialects.BedrockConverse;
using Tollgate.Protocols.Dialects.GeminiGenerate;
using Tollgate.Protocols.Dialects.OpenAIChat;
using Tollgate.Protocols.Dialects.OpenAIResponses;
using Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

namespace Tollgate.Protocols.Tests.Dialects;

/// <summary>What stands in answers beside text and calls: where it goes in the client's dialect, or by which rule it is left out.</summary>
public sealed class AnswerFidelityTests
{
    private static readonly ChatRequest Hi = new() { Dialect = "openai.chat", Turns = [new Turn(Role.User, [new TextPart("hi")])], MaxTokens = 9, IncludeUsage = true };

    // A provider's whole answer around what is tested: members beside the content, and blocks of it.
    private static string Claude(string blocks, string members = "", string usage = "") =>
        $$$"""{"id":"m","type":"message","role":"assistant","model":"c","content":[{{{blocks}}}],"stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":1,"output_tokens":2{{{usage}}}}{{{members}}}}""";

    private static string Converse(string blocks, string members = "") =>
        $$$"""{"output":{"message":{"role":"assistant","content":[{{{blocks}}}]}},"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3},"metrics":{"latencyMs":5}{{{members}}}}""";

    private static string Gemini(string members, string usage = "") =>
        $$$"""{"candidates":[{"content":{"role":"model","parts":[{"text":"Hi"}]},"finishReason":"STOP","index":0{{{members}}}}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2{{{usage}}}},"responseId":"r"}""";

    private static string OpenAI(string message, string choice = "", string members = "") =>
        $$$"""{"id":"c","object":"chat.completion","created":1,"model":"g","choices":[{"index":0,"message":{"role":"assistant","content":"Hi"{{{message}}}},"finish_reason":"stop"{{{choice}}}}],"usage":{"prompt_tokens":1,"completion_tokens":2}{{{members}}}}""";

    private const string Words = """{"text":"Hi"}""";
    private const string Text = """{"type":"text","text":"Hi"}""";

    private static string Cited(string citation) => Text + $$$""",{"type":"text","text":"é!","citations":[{{{citation}}}]}""";

    public static TheoryData<string, string, string, string> ToOpenAI => new()
    {
        // dialect, answer, path in the completion, what stands there
        { "anthropic.messages", Claude(Cited("""{"type":"web_search_result_location","url":"https://a.org","title":"A","encrypted_index":"x","cited_text":"t"}""")), "choices/0/message/annotations", """[{"type":"url_citation","url_citation":{"start_index":2,"end_index":4,"url":"https://a.org","title":"A"}}]""" },
        { "anthropic.messages", Claude(Cited("""{"type":"search_result_location","source":"https://b.org","title":null,"search_result_index":0,"start_block_index":0,"end_block_index":1,"cited_text":"t"}""")), "choices/0/message/annotations", """[{"type":"url_citation","url_citation":{"start_index":2,"end_index":4,"url":"https://b.org","title":"https://b.org"}}]""" },
        { "bedrock.converse", Converse("""{"text":"Hi"},{"citationsContent":{"content":[{"text":"é!"}],"citations":[{"title":"A","location":{"web":{"url":"https://a.org"}},"sourceContent":[{"text":"t"}]}]}}"""), "choices/0/message/annotations", """[{"type":"url_citation","url_citation":{"start_index":2,"end_index":4,"url":"https://a.org","title":"A"}}]""" },
        { "anthropic.messages", Claude(Text, usage: ",\"service_tier\":\"standard\""), "service_tier", "\"default\"" },
        { "anthropic.messages", Claude(Text, usage: ",\"service_tier\":\"priority\""), "service_tier", "\"priority\"" },
        { "bedrock.converse", Converse(Words, ",\"serviceTier\":{\"type\":\"flex\"}"), "service_tier", "\"flex\"" },
        { "gemini.generate", Gemini("", ",\"trafficType\":\"ON_DEMAND\""), "service_tier", "\"default\"" },
        { "gemini.generate", Gemini(",\"safetyRatings\":[{\"category\":\"C\",\"probability\":\"LOW\"}]"), "choices/0/message/safety_ratings", """[{"category":"C","probability":"LOW"}]""" },
        { "gemini.generate", Gemini(",\"groundingMetadata\":{\"webSearchQueries\":[\"q\"]}"), "choices/0/message/grounding_metadata", """{"webSearchQueries":["q"]}""" },
        { "openai.chat", OpenAI("", members: ",\"service_tier\":\"flex\""), "service_tier", "\"flex\"" },
        { "openai.chat", OpenAI("", members: ",\"system_fingerprint\":\"fp\""), "system_fingerprint", "\"fp\"" },
        { "openai.chat", OpenAI("", members: ",\"prompt_filter_results\":[{\"prompt_index\":0}]"), "prompt_filter_results", """[{"prompt_index":0}]""" },
        { "openai.chat", OpenAI("", ",\"content_filter_results\":{\"hate\":{\"filtered\":false}}"), "choices/0/content_filter_results", """{"hate":{"filtered":false}}""" },
        { "openai.chat", OpenAI(",\"audio\":{\"id\":\"a\",\"data\":\"AA==\"}"), "choices/0/message/audio", """{"id":"a","data":"AA=="}""" },
    };

    [Theory, MemberData(nameof(ToOpenAI))]
    public void A_chat_completion_says_what_it_has_a_member_for(string dialect, string answer, string path, string expected)
    {
        var (whole, chunks, log) = Write(OpenAIChatClient.Instance, dialect, answer);
        At(JsonNode.Parse(whole), path).ShouldBeJson(expected);
        log.Entries.ShouldBeEmpty();
        var streamed = path.Replace("/message/", "/delta/", StringComparison.Ordinal);
        Frames(chunks).Select(f => At(f, streamed)).OfType<JsonNode>().Distinct().ToArray().ShouldNotBeEmpty();
        Frames(chunks).Select(f => At(f, streamed)).OfType<JsonNode>().First().ShouldBeJson(expected);
    }

    public static TheoryData<string, string, string> LostToOpenAI => new()
    {
        { "anthropic.messages", Claude(Cited("""{"type":"char_location","document_index":0,"document_title":"D","start_char_index":0,"end_char_index":3,"cited_text":"t"}""")), "citations of documents" },
        { "anthropic.messages", Claude(Cited("""{"type":"search_result_location","source":"doc-7","title":"D","cited_text":"t"}""")), "citations of documents" },
        { "bedrock.converse", Converse("""{"citationsContent":{"content":[{"text":"Hi"}],"citations":[{"title":"D","location":{"documentPage":{"documentIndex":0,"start":1,"end":2}},"sourceContent":[{"text":"t"}]}]}}"""), "citations of documents" },
        { "bedrock.converse", Converse("""{"citationsContent":{"content":[{"text":"Hi"}],"citations":[{"title":"D","location":{"elsewhere":{}}}]}}"""), "citations of documents" },
        { "anthropic.messages", Claude(Text + """,{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}},{"type":"web_search_tool_result","tool_use_id":"s","content":[]}"""), "calls and results of tools that the provider ran" },
        { "bedrock.converse", Converse(Words + """,{"toolResult":{"toolUseId":"t","content":[{"text":"1"}]}}"""), "calls and results of tools that the provider ran" },
        { "anthropic.messages", Claude(Text, ",\"container\":{\"id\":\"c\"}"), "container" },
        { "bedrock.converse", Converse(Words, ",\"trace\":{\"guardrail\":{}}"), "trace" },
        { "bedrock.converse", Converse(Words + """,{"image":{"format":"png","source":{"bytes":"AA=="}}}"""), "image" },
        { "gemini.generate", Gemini(",\"urlContextMetadata\":{\"urlMetadata\":[]}"), "urlContextMetadata" },
        { "anthropic.messages", Claude(Text).Replace("end_turn", "stop_sequence", StringComparison.Ordinal).Replace("\"stop_sequence\":null", "\"stop_sequence\":\"E\"", StringComparison.Ordinal), "stop sequence that was met" },
        { "anthropic.messages", Claude(Text).Replace("end_turn", "pause_turn", StringComparison.Ordinal), "pause of a long turn" },
        { "anthropic.messages", Claude(Text, usage: ",\"service_tier\":\"batch\""), "tier and traffic of the provider" },
    };

    [Theory, MemberData(nameof(LostToOpenAI))]
    public void What_a_chat_completion_cannot_say_is_told_by_a_rule_of_its_table(string dialect, string answer, string name) =>
        ShouldLose(OpenAIChatClient.Instance, dialect, answer, name);

    public static TheoryData<string, string, string, string> ToAnthropic => new()
    {
        { "openai.chat", OpenAI(""","annotations":[{"type":"url_citation","url_citation":{"start_index":0,"end_index":2,"url":"https://a.org","title":"A"}}]"""), "content/0/citations", """[{"type":"web_search_result_location","url":"https://a.org","title":"A","cited_text":"","encrypted_index":""}]""" },
        { "gemini.generate", Gemini(",\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":\"https://a.org\",\"title\":\"A\"}}]}"), "content/0/citations", """[{"type":"web_search_result_location","url":"https://a.org","title":"A","cited_text":"","encrypted_index":""}]""" },
        { "bedrock.converse", Converse("""{"citationsContent":{"content":[{"text":"Hi"}],"citations":[{"title":"D","location":{"documentChar":{"documentIndex":0,"start":1,"end":2}},"sourceContent":[{"text":"t"}]}]}}"""), "content/0/citations", """[{"type":"char_location","document_index":0,"document_title":"D","start_char_index":1,"end_char_index":2,"cited_text":"t"}]""" },
        { "openai.chat", OpenAI("", members: ",\"service_tier\":\"priority\""), "usage/service_tier", "\"priority\"" },
        { "bedrock.converse", Converse(Words, ",\"serviceTier\":{\"type\":\"default\"}"), "usage/service_tier", "\"standard\"" },
    };

    [Theory, MemberData(nameof(ToAnthropic))]
    public void A_message_says_what_it_has_a_member_for(string dialect, string answer, string path, string expected)
    {
        var (whole, events, _) = Write(AnthropicMessagesClient.Instance, dialect, answer);
        At(JsonNode.Parse(whole), path).ShouldBeJson(expected);
        var frames = Frames(events).ToArray();
        var said = path.EndsWith("citations", StringComparison.Ordinal)
            ? frames.Where(f => f["delta"]?["type"]?.ToString() == "citations_delta").Select(f => f["delta"]!["citation"]!.ToJsonString()).Aggregate("[", (a, b) => a + b) + "]"
            : frames.Single(f => f["type"]!.ToString() == "message_delta")["usage"]!["service_tier"]!.ToJsonString();
        said.ShouldBeJson(expected);
    }

    public static TheoryData<string, string, string> LostToAnthropic => new()
    {
        { "openai.chat", OpenAI(",\"annotations\":[{\"type\":\"file_citation\",\"file_citation\":{\"file_id\":\"f\"}}]"), "annotations that lead to no address" },
        { "openai.chat", OpenAI(",\"annotations\":[{\"type\":\"url_citation\",\"url_citation\":{\"url\":\"https://a.org\"}}]"), "span of an annotation" },
        { "openai.chat", OpenAI("", ",\"logprobs\":{\"content\":[{\"token\":\"Hi\"}]}"), "logprobs" },
        { "openai.chat", OpenAI(",\"audio\":{\"id\":\"a\"}"), "audio" },
        { "openai.chat", OpenAI("", members: ",\"system_fingerprint\":\"fp\""), "fingerprint, traffic and findings of filters" },
        { "openai.chat", OpenAI("").Replace("}],\"usage\"", "},{\"index\":1,\"message\":{\"content\":\"Ho\"},\"finish_reason\":\"stop\"}],\"usage\"", StringComparison.Ordinal), "further answers" },
        { "gemini.generate", Gemini("").Replace("{\"text\":\"Hi\"}", "{\"functionCall\":{\"name\":\"f\",\"args\":{}},\"thoughtSignature\":\"Zw==\"}", StringComparison.Ordinal), "signature of another provider" },
        { "gemini.generate", Gemini("").Replace("{\"text\":\"Hi\"}", "{\"text\":\"Hi\",\"thoughtSignature\":\"Zw==\"}", StringComparison.Ordinal), "signature of another provider" },
        { "gemini.generate", Gemini(",\"groundingMetadata\":{\"webSearchQueries\":[\"q\"]}"), "groundingMetadata" },
        { "bedrock.converse", Converse(Words, ",\"trace\":{\"guardrail\":{}}"), "trace" },
    };

    [Theory, MemberData(nameof(LostToAnthropic))]
    public void What_a_message_cannot_say_is_told_by_a_rule_of_its_table(string dialect, string answer, string name) =>
        ShouldLose(AnthropicMessagesClient.Instance, dialect, answer, name);

    public static TheoryData<string, string, string> LostToResponses => new()
    {
        { "anthropic.messages", Claude(Cited("""{"type":"char_location","document_index":0,"document_title":"D","start_char_index":0,"end_char_index":3,"cited_text":"t"}""")), "citations of documents" },
        { "openai.chat", OpenAI(",\"annotations\":[{\"type\":\"file_citation\",\"file_citation\":{\"file_id\":\"f\"}}]"), "citations of another kind" },
        { "bedrock.converse", Converse("""{"citationsContent":{"content":[{"text":"Hi"}],"citations":[{"title":"D","location":{"elsewhere":{}}}]}}"""), "citations of another kind" },
        { "anthropic.messages", Claude(Text + """,{"type":"server_tool_use","id":"s","name":"web_search","input":{"query":"q"}}"""), "calls and results of tools that the provider ran" },
        { "anthropic.messages", Claude(Text, ",\"container\":{\"id\":\"c\"}"), "container" },
        { "openai.chat", OpenAI(",\"audio\":{\"id\":\"a\"}"), "audio" },
        { "openai.chat", OpenAI("").Replace("}],\"usage\"", "},{\"index\":1,\"message\":{\"content\":\"Ho\"},\"finish_reason\":\"stop\"}],\"usage\"", StringComparison.Ordinal), "further answers" },
        { "anthropic.messages", Claude(Text).Replace("end_turn", "stop_sequence", StringComparison.Ordinal).Replace("\"stop_sequence\":null", "\"stop_sequence\":\"E\"", StringComparison.Ordinal), "stop sequence that was met" },
        { "anthropic.messages", Claude(Text).Replace("end_turn", "pause_turn", StringComparison.Ordinal), "pause of a long turn" },
        { "openai.chat", OpenAI("", members: ",\"system_fingerprint\":\"fp\""), "fingerprint, traffic and findings of filters" },
        { "anthropic.messages", Claude(Text, usage: ",\"service_tier\":\"batch\""), "fingerprint, traffic and findings of filters" },
    };

    [Theory, MemberData(nameof(LostToResponses))]
    public void What_a_response_cannot_say_is_told_by_a_rule_of_its_table(string dialect, string answer, string name) =>
        ShouldLose(OpenAIResponsesClient.Instance, dialect, answer, name);

    [Theory]
    [InlineData("anthropic.messages", "\"service_tier\":\"priority\"", "priority")]
    [InlineData("openai.chat", "\"service_tier\":\"flex\"", "flex")]
    public void A_response_tells_the_tier_that_it_was_served_in(string dialect, string member, string expected)
    {
        var (whole, events, log) = Write(OpenAIResponsesClient.Instance, dialect, dialect == "openai.chat" ? OpenAI("", members: "," + member) : Claude(Text, usage: "," + member));
        JsonNode.Parse(whole)!["service_tier"]!.GetValue<string>().ShouldBe(expected);
        Frames(events).Last()["response"]!["service_tier"]!.GetValue<string>().ShouldBe(expected);
        log.Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"type":"web_search_call","id":"w","status":"completed"}""", "calls and results of tools that the provider ran", "web_search_call")]
    [InlineData("""{"type":"message","content":[{"type":"output_text","text":"x","annotations":[{"type":"file_citation","file_id":"f","filename":"n","index":1}]}]}""", "file_citation", "file_citation")]
    public void What_a_response_alone_knows_is_announced_to_others(string item, string chat, string messages)
    {
        var answer = $$$"""{"id":"resp_1","object":"response","created_at":1,"status":"completed","model":"m","output":[{{{item}}}],"usage":{"input_tokens":1,"output_tokens":2}}""";
        ShouldLose(OpenAIChatClient.Instance, "openai.responses", answer, chat);
        ShouldLose(AnthropicMessagesClient.Instance, "openai.responses", answer, messages);
    }

    [Fact]
    public void Every_rule_of_the_tables_has_an_answer_that_it_applies_to()
    {
        Applied(OpenAIChatClient.Instance, LostToOpenAI).ShouldBe(OpenAIChatClient.Instance.AnswerRules, ignoreOrder: true);
        Applied(AnthropicMessagesClient.Instance, LostToAnthropic).ShouldBe(AnthropicMessagesClient.Instance.AnswerRules, ignoreOrder: true);
        Applied(OpenAIResponsesClient.Instance, LostToResponses).ShouldBe(OpenAIResponsesClient.Instance.AnswerRules, ignoreOrder: true);
    }

    [Fact]
    public void Plain_answers_lose_nothing()
    {
        foreach (var (dialect, answer) in new[] { ("anthropic.messages", Claude(Text)), ("bedrock.converse", Converse(Words)), ("gemini.generate", Gemini("")), ("openai.chat", OpenAI("")) })
        {
            Write(OpenAIChatClient.Instance, dialect, answer).Log.Entries.ShouldBeEmpty();
            Write(AnthropicMessagesClient.Instance, dialect, answer).Log.Entries.ShouldBeEmpty();
            Write(OpenAIResponsesClient.Instance, dialect, answer).Log.Entries.ShouldBeEmpty();
        }
    }

    [Fact]
    public void What_Azure_says_before_the_answer_begins_is_said_when_it_has_begun()
    {
        var reader = OpenAIChatUpstream.Instance.CreateEventReader(Hi);
        var events = new List<ChatEvent>();
        reader.Read(default, """{"choices":[],"created":0,"id":"","model":"","object":"","prompt_filter_results":[{"prompt_index":0}]}"""u8, false, events);
        events.ShouldBeEmpty();
        reader.Read(default, """{"id":"c","choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"system_fingerprint":"fp"}"""u8, false, events);
        reader.Read(default, """{"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"system_fingerprint":"fp"}"""u8, false, events);
        reader.Read(default, "[DONE]"u8, false, events);
        events.Select(e => e.Kind).ShouldBe([ChatEventKind.Start, ChatEventKind.AnswerExtra, ChatEventKind.AnswerExtra, ChatEventKind.Text, ChatEventKind.BlockEnd, ChatEventKind.Finish, ChatEventKind.End]);
    }

    private static FidelityRule[] Applied(ClientDialect client, TheoryData<string, string, string> lost) =>
        [.. lost.SelectMany(row => Write(client, row.Data.Item1, row.Data.Item2).Log.Entries.Select(e => e.Rule)).Distinct()];

    private static void ShouldLose(ClientDialect client, string dialect, string answer, string name)
    {
        var (_, _, log) = Write(client, dialect, answer);
        log.Entries.Select(e => e.Name).ShouldContain(name);
        log.Entries.ShouldAllBe(e => client.AnswerRules.Contains(e.Rule));
    }

    /// <summary>The answer whole and streamed; both lose the same.</summary>
    private static (string Whole, string Stream, FidelityLog Log) Write(ClientDialect client, string dialect, string answer)
    {
        var events = new List<ChatEvent>();
        UpstreamDialect upstream = dialect switch
        {
            "anthropic.messages" => AnthropicMessagesUpstream.Instance,
            "bedrock.converse" => BedrockConverseUpstream.Instance,
            "gemini.generate" => GeminiGenerateUpstream.Instance,
            "openai.responses" => OpenAIResponsesUpstream.Instance,
            _ => OpenAIChatUpstream.Instance,
        };
        upstream.ReadResponse(Encoding.UTF8.GetBytes(answer), Hi, events);
        var (whole, stream) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        var (context, streaming) = (new AnswerContext("q", "m", 1, Hi), new AnswerContext("q", "m", 1, Hi));
        var response = new ChatResponse();
        foreach (var step in events) response.Add(step);
        client.WriteResponse(whole, response, context);
        var writer = client.CreateEventWriter(streaming);
        foreach (var step in events) writer.Write(step, stream);
        streaming.Log.Entries.Select(e => e.Name).ShouldBe(context.Log.Entries.Select(e => e.Name), ignoreOrder: true);
        return (Encoding.UTF8.GetString(whole.WrittenSpan), Encoding.UTF8.GetString(stream.WrittenSpan), context.Log);
    }

    private static IEnumerable<JsonNode> Frames(string stream) => stream.Split('\n')
        .Where(line => line.StartsWith("data: {", StringComparison.Ordinal))
        .Select(line => JsonNode.Parse(line["data: ".Length..])!);

    private static JsonNode? At(JsonNode? node, string path)
    {
        foreach (var step in path.Split('/'))
        {
            node = node is JsonArray array ? int.TryParse(step, out var index) && index < array.Count ? array[index] : null : (node as JsonObject)?[step];
        }

        return node;
    }
}
