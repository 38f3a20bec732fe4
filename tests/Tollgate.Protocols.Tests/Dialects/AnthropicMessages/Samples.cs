namespace Tollgate.Protocols.Tests.Dialects.AnthropicMessages;

/// <summary>One answer with every kind of block, whole and streamed.</summary>
internal static class Samples
{
    public const string Whole = """
        {"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[
          {"type":"thinking","thinking":"Hm.\nYes.","signature":"sig=="},
          {"type":"thinking","thinking":"","signature":"only"},
          {"type":"redacted_thinking","data":"cmVk"},
          {"type":"text","text":""},
          {"type":"text","text":"Two 😀","citations":[{"type":"a","n":1},{"type":"b"}]},
          {"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{"query":"x"}},
          {"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]},
          {"type":"tool_use","id":"toolu_1","name":"f","input":{"a": [1.0, "é"]}},
          {"type":"tool_use","id":"toolu_2","name":"g","input":{}}],
         "stop_reason":"tool_use","stop_sequence":null,
         "usage":{"input_tokens":12,"cache_read_input_tokens":28,"cache_creation_input_tokens":5,"output_tokens":9,"output_tokens_details":{"thinking_tokens":4},"service_tier":"standard"}}
        """;

    public const string Streamed = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":10,"cache_read_input_tokens":28,"output_tokens":1,"service_tier":"standard"}}}

        event: ping
        data: {"type":"ping"}

        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm.\n"}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Yes."}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"sig=="}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        data: {"type":"content_block_start","index":1,"content_block":{"type":"thinking","thinking":"","signature":""}}

        data: {"type":"content_block_delta","index":1,"delta":{"type":"signature_delta","signature":"only"}}

        data: {"type":"content_block_stop","index":1}

        event: content_block_start
        data: {"type":"content_block_start","index":2,"content_block":{"type":"redacted_thinking","data":"cmVk"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":2}

        event: content_block_start
        data: {"type":"content_block_start","index":3,"content_block":{"type":"text","text":""}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":3}

        event: content_block_start
        data: {"type":"content_block_start","index":4,"content_block":{"type":"text","text":"","citations":[]}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":4,"delta":{"type":"text_delta","text":"Two "}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":4,"delta":{"type":"citations_delta","citation":{"type":"a","n":1}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":4,"delta":{"type":"text_delta","text":"😀"}}          

        event: content_block_delta
        data: {"type":"content_block_delta","index":4,"delta":{"type":"citations_delta","citation":{"type":"b"}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":4    }   

        event: content_block_start
        data: {"type":"content_block_start","index":5,"content_block":{"type":"server_tool_use","id":"srvtoolu_1","name":"web_search","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":5,"delta":{"type":"input_json_delta","partial_json":"{\"query\":\"x\"}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":5}

        event: content_block_start
        data: {"type":"content_block_start","index":6,"content_block":{"type":"web_search_tool_result","tool_use_id":"srvtoolu_1","content":[]}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":6}

        event: content_block_start
        data: {"type":"content_block_start","index":7,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":7,"delta":{"type":"input_json_delta","partial_json":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":7,"delta":{"type":"input_json_delta","partial_json":"{\"a\": [1."}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":7,"delta":{"type":"input_json_delta","partial_json":"0, \"é\"]}"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":7}

        event: content_block_start
        data: {"type":"content_block_start","index":8,"content_block":{"type":"tool_use","id":"toolu_2","name":"g","input":{}}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":8}

        event: brand_new
        data: {"type":"brand_new","delta":{"text":"?"}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":12,"cache_creation_input_tokens":5,"output_tokens":8,"output_tokens_details":{"thinking_tokens":4}}}

        event: message_delta
        data: {"type":"message_delta","delta":{},"usage":{"output_tokens":9}}

        event: message_stop
        data: {"type":"message_stop","amazon-bedrock-invocationMetrics":{"inputTokenCount":12}}
        """;

    /// <summary>A stream that breaks off in its first block, and then what is given.</summary>
    public static string Frames(string stop) => $$$$"""
        data: {"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":3,"output_tokens":1}}}

        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Half"}}

        {{{{stop}}}}
        """;
}
