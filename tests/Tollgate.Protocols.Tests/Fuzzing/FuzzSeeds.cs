using System.Text;

namespace Tollgate.Protocols.Tests.Fuzzing;

/// <summary>Bodies and frames in each dialect with as much in them as will fit: what is mutated.</summary>
internal static class FuzzSeeds
{
    public static readonly byte[][] ChatRequests = Bytes(
        """{"model":"m","max_tokens":9,"temperature":0.5,"top_p":0.9,"n":1,"stop":["a"],"seed":1,"user":"u","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":[{"type":"text","text":"What is it?","cache_control":{"type":"ephemeral"}},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA","detail":"low"}},{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,AAAA"}}]},{"role":"assistant","content":"Hm.","thinking_blocks":[{"type":"thinking","thinking":"t","signature":"c2ln"}],"tool_calls":[{"id":"c1","type":"function","function":{"name":"look","arguments":"{\"a\":1}"}}]},{"role":"tool","tool_call_id":"c1","content":"ok"}],"tools":[{"type":"function","function":{"name":"look","description":"d","strict":true,"parameters":{"type":"object","properties":{"a":{"anyOf":[{"type":"integer"},{"type":"null"}]}},"$defs":{"x":{"enum":["a"]}}}}}],"tool_choice":"required","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","properties":{"b":{"$ref":"#/$defs/c"}},"$defs":{"c":{"type":"string"}}}}},"reasoning_effort":"low"}""",
        """{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":""}},{"role":"function","name":"f","content":"1"}],"functions":[{"name":"f","parameters":{}}],"thinking":{"type":"enabled","budget_tokens":2000},"logprobs":true,"top_logprobs":2,"guided_choice":["a"],"safetySettings":[],"generationConfig":{"topK":1}}""");

    public static readonly byte[][] MessagesRequests = Bytes(
        """{"model":"m","max_tokens":9,"system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}},{"type":"document","title":"t","context":"c","citations":{"enabled":true},"source":{"type":"text","media_type":"text/plain","data":"words"}}]},{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"c2ln"},{"type":"redacted_thinking","data":"eA=="},{"type":"text","text":"b","citations":[{"type":"char_location","cited_text":"w"}]},{"type":"tool_use","id":"t1","name":"f","input":{"a":[1.0]}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":[{"type":"text","text":"1"}]}]}],"tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{"a":{"type":["array","null"],"items":{"type":"number"}}}}},{"type":"web_search_20250305","name":"web_search"}],"tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},"thinking":{"type":"enabled","budget_tokens":2000,"display":"omitted"},"output_config":{"effort":"low","format":{"type":"json_schema","schema":{"type":"object"}}},"stop_sequences":["s"],"top_k":3,"metadata":{"user_id":"u"},"stream":true}""",
        """{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"hi"},{"role":"system","content":"no"},{"role":"assistant","content":"{"}]}""");

    public static readonly byte[][] Completions = Bytes(
        """{"id":"c","object":"chat.completion","created":1.5,"model":"g","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,"reasoning_content":"t","annotations":[{"type":"url_citation","url_citation":{"url":"https://a.b","start_index":0,"end_index":1}}],"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}],"audio":{"id":"x"}},"logprobs":{"content":[{"token":"Hi"}]},"finish_reason":"stop","content_filter_results":{"hate":{"filtered":false}}}],"usage":{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":1}},"service_tier":"default","system_fingerprint":"fp"}""",
        """{"error":{"message":"no","type":"server_error","code":429}}""");

    public static readonly byte[][] Messages = Bytes(
        """{"id":"m","type":"message","role":"assistant","model":"c","content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"eA=="},{"type":"text","text":"Hi","citations":[{"type":"web_search_result_location","url":"https://a.b","title":"t","cited_text":"x"}]},{"type":"server_tool_use","id":"s","name":"web_search","input":{}},{"type":"tool_use","id":"t","name":"f","input":{"a":1}}],"stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":1,"cache_read_input_tokens":2,"output_tokens":3,"service_tier":"standard"},"container":{"id":"c"}}""",
        """{"type":"error","error":{"type":"overloaded_error","message":"no"}}""");

    public static readonly byte[][] Converse = Bytes(
        """{"output":{"message":{"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t","signature":"s"}}},{"text":"Hi"},{"citationsContent":{"content":[{"text":"x"}],"citations":[{"title":"t","location":{"web":{"url":"https://a.b"}},"sourceContent":[{"text":"y"}]}]}},{"toolUse":{"toolUseId":"t","name":"f","input":{"a":1}}},{"image":{"format":"png","source":{"bytes":"AA=="}}}]}},"stopReason":"tool_use","usage":{"inputTokens":1,"outputTokens":2,"totalTokens":3,"cacheReadInputTokens":1},"metrics":{"latencyMs":5},"serviceTier":{"type":"flex"},"trace":{"guardrail":{}},"additionalModelResponseFields":{"stop_sequence":"x"}}""",
        """{"message":"no"}""");

    public static readonly byte[][] Gemini = Bytes(
        """{"candidates":[{"content":{"role":"model","parts":[{"text":"t","thought":true,"thoughtSignature":"Zw=="},{"text":"Hi"},{"functionCall":{"name":"f","args":{"a":1},"id":"x"},"thoughtSignature":"Zw=="},{"executableCode":{"language":"PYTHON","code":"1"}},{"inlineData":{"mimeType":"image/png","data":"AA=="}}]},"finishReason":"STOP","index":0,"safetyRatings":[{"category":"C"}],"groundingMetadata":{"groundingChunks":[{"web":{"uri":"https://a.b","title":"t"}}],"groundingSupports":[{"segment":{"startIndex":0,"endIndex":2},"groundingChunkIndices":[0]}]},"citationMetadata":{"citations":[{"uri":"https://a.b","startIndex":0,"endIndex":1}]},"logprobsResult":{"chosenCandidates":[{"token":"Hi","logProbability":-1}],"topCandidates":[{"candidates":[{"token":"Hi","logProbability":-1}]}]}}],"usageMetadata":{"promptTokenCount":1,"candidatesTokenCount":2,"thoughtsTokenCount":1,"trafficType":"ON_DEMAND"},"modelVersion":"g","responseId":"r","createTime":"2025-01-01T00:00:00Z"}""",
        """{"promptFeedback":{"blockReason":"SAFETY"}}""",
        """{"error":{"code":429,"message":"no","status":"RESOURCE_EXHAUSTED"}}""");

    /// <summary>Frames as NAME, a tab, DATA.</summary>
    public static readonly string[][] ChatStreams =
    [
        ["\t{\"choices\":[],\"prompt_filter_results\":[{}]}", "\t{\"id\":\"c\",\"model\":\"g\",\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"reasoning\":\"t\"},\"finish_reason\":null}]}", "\t{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\\ud83d\"}}]}", "\t{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"a\",\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}}]}", "\t{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"}\"}}]}}]}", "\t{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"tool_calls\"}]}", "\t{\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}", "\t[DONE]"],
    ];

    public static readonly string[][] MessageStreams =
    [
        ["message_start\t{\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"c\",\"content\":[],\"usage\":{\"input_tokens\":1,\"service_tier\":\"batch\"}}}", "content_block_start\t{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}", "content_block_delta\t{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"Hi\"}}", "content_block_delta\t{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"citations_delta\",\"citation\":{\"type\":\"char_location\"}}}", "content_block_stop\t{\"type\":\"content_block_stop\",\"index\":0}", "content_block_start\t{\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{}}}", "content_block_delta\t{\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"{}\"}}", "message_delta\t{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"tool_use\"},\"usage\":{\"output_tokens\":4}}", "message_stop\t{\"type\":\"message_stop\"}", "error\t{\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"no\"}}"],
    ];

    public static readonly string[][] ConverseStreams =
    [
        ["messageStart\t{\"role\":\"assistant\"}", "contentBlockDelta\t{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"text\":\"t\"}}}", "contentBlockDelta\t{\"contentBlockIndex\":0,\"delta\":{\"reasoningContent\":{\"signature\":\"s\"}}}", "contentBlockDelta\t{\"contentBlockIndex\":1,\"delta\":{\"text\":\"a\\ud83d\"}}", "contentBlockDelta\t{\"contentBlockIndex\":1,\"delta\":{\"citation\":{\"location\":{\"documentPage\":{\"start\":1}}}}}", "contentBlockStart\t{\"contentBlockIndex\":2,\"start\":{\"toolUse\":{\"toolUseId\":\"t\",\"name\":\"f\"}}}", "contentBlockDelta\t{\"contentBlockIndex\":2,\"delta\":{\"toolUse\":{\"input\":\"{}\"}}}", "contentBlockStop\t{\"contentBlockIndex\":2}", "messageStop\t{\"stopReason\":\"tool_use\"}", "metadata\t{\"usage\":{\"inputTokens\":1,\"outputTokens\":2},\"serviceTier\":{\"type\":\"flex\"}}"],
    ];

    public static readonly string[][] GeminiStreams =
    [
        ["\t{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"t\",\"thought\":true}]},\"index\":0}],\"responseId\":\"r\"}", "\t{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}],\"usageMetadata\":{\"promptTokenCount\":1}}", "\t{\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{\"name\":\"f\",\"args\":{}}}]},\"finishReason\":\"STOP\",\"groundingMetadata\":{\"groundingChunks\":[{\"web\":{\"uri\":\"https://a.b\"}}]}}]}", "\t{\"candidates\":[{\"index\":1,\"content\":{\"parts\":[{\"text\":\"b\"}]},\"finishReason\":\"SAFETY\"}]}"],
    ];

    private static byte[][] Bytes(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];
}
