namespace Tollgate.Protocols.Usage;

/// <summary>
/// Merges Anthropic's <c>usage</c> objects. Those of <c>message_delta</c> are cumulative: a later value replaces the earlier
/// one and is never added to it; a field that a later object leaves out keeps its value. <c>input_tokens</c> excludes what was
/// read from or written to a cache.
/// </summary>
internal struct AnthropicUsage
{
    private long? _input;
    private long? _cacheRead;
    private long? _cacheCreation;

    public void Read(ReadOnlySpan<byte> json, ref TokenUsage usage)
    {
        long? creationByLifetime = null;
        var creationGiven = false;
        var members = new JsonMembers(json);
        while (members.Next())
        {
            var name = members.Name;
            var value = members.Value;
            if (name.SequenceEqual("input_tokens"u8)) _input = JsonSkim.Count(value) ?? _input;
            else if (name.SequenceEqual("output_tokens"u8)) usage.Output = JsonSkim.Count(value) ?? usage.Output;
            else if (name.SequenceEqual("cache_read_input_tokens"u8)) _cacheRead = JsonSkim.Count(value) ?? _cacheRead;
            else if (name.SequenceEqual("cache_creation"u8)) creationByLifetime = Sum(value, ref usage);
            else if (name.SequenceEqual("server_tool_use"u8)) usage.WebSearches = Count(value, "web_search_requests"u8) ?? usage.WebSearches;
            else if (name.SequenceEqual("service_tier"u8)) usage.ServiceTier = ServiceTiers.Read(value) ?? usage.ServiceTier;
            else if (name.SequenceEqual("output_tokens_details"u8)) usage.Reasoning = Count(value, "thinking_tokens"u8) ?? usage.Reasoning;
            else if (name.SequenceEqual("cache_creation_input_tokens"u8) && JsonSkim.Count(value) is { } creation)
            {
                _cacheCreation = creation;
                creationGiven = true;
            }
        }

        if (!creationGiven) _cacheCreation = creationByLifetime ?? _cacheCreation;
        usage.CachedInput = _cacheRead;
        usage.CacheCreation = _cacheCreation;
        if (_input is not null || _cacheRead is not null || _cacheCreation is not null)
        {
            usage.Input = (_input ?? 0) + (_cacheRead ?? 0) + (_cacheCreation ?? 0);
        }
    }

    private static long? Count(ReadOnlySpan<byte> details, ReadOnlySpan<byte> name)
    {
        var members = new JsonMembers(details);
        while (members.Next())
        {
            if (members.Name.SequenceEqual(name)) return JsonSkim.Count(members.Value);
        }

        return null;
    }

    /// <summary>Cache writes by lifetime (5 minutes, 1 hour), for answers without their total.</summary>
    private static long? Sum(ReadOnlySpan<byte> byLifetime, ref TokenUsage usage)
    {
        long? sum = null;
        var members = new JsonMembers(byLifetime);
        while (members.Next())
        {
            if (JsonSkim.Count(members.Value) is not { } count) continue;
            sum = (sum ?? 0) + count;
            if (members.Name.SequenceEqual("ephemeral_1h_input_tokens"u8)) usage.CacheCreation1h = count;
        }

        return sum;
    }
}
