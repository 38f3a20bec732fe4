using Tollgate.Pipeline;
using Tollgate.Protocols.Json;

namespace Tollgate.Routing.LoadBalancing;

/// <summary>
/// The conversation that a request goes on with, so that its turns meet the prompt cache of the turns before, and reasoning that only
/// its maker can decrypt comes back to him. In this order: a header of the client; what the client says in the body
/// (OpenAI's <c>prompt_cache_key</c>, Anthropic's <c>metadata.user_id</c>, OpenAI's <c>user</c>); how the conversation begins.
/// </summary>
internal sealed class SessionAffinity(JsonNames names) : AffinitySource
{
    private const string CacheKey = "prompt_cache_key", Metadata = "metadata", User = "user", Messages = "messages", Input = "input", System = "system", Instructions = "instructions";

    /// <summary>Members that it looks at.</summary>
    internal static readonly string[] Members = [CacheKey, Metadata, User, Messages, Input, System, Instructions];

    // Of Codex and of gateways that pass sessions on.
    private static readonly string[] Headers = ["x-session-id", "session_id", "session-id"];
    private static readonly JsonNames UserId = new("user_id");

    private readonly int _cacheKey = names.IndexOf(CacheKey);
    private readonly int _metadata = names.IndexOf(Metadata);
    private readonly int _user = names.IndexOf(User);
    private readonly int[] _head = [names.IndexOf(System), names.IndexOf(Instructions)];
    private readonly int[] _turns = [names.IndexOf(Messages), names.IndexOf(Input)];

    internal override ulong? Of(GatewayRequest request) => FromHeaders(request) ?? FromBody(request);

    private static ulong? FromHeaders(GatewayRequest request)
    {
        foreach (var name in Headers)
        {
            if (request.Context.Request.Headers.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text) return StableHash.Of(text);
        }

        return null;
    }

    private ulong? FromBody(GatewayRequest request)
    {
        // The members are those of the body as long as no translation is in its place.
        if (request.Body.IsEmpty || request.IsTranslated) return null;
        var body = request.Body.Span;
        return Text(request.Member(_cacheKey).Value(body)) ?? OfUser(request.Member(_metadata).Value(body)) ?? Text(request.Member(_user).Value(body)) ?? Beginning(request, body);
    }

    private static ulong? Text(ReadOnlySpan<byte> value) => value.Length > 2 && value[0] == '"' ? StableHash.Of(value) : null;

    private static ulong? OfUser(ReadOnlySpan<byte> metadata)
    {
        Span<JsonMember> found = stackalloc JsonMember[1];
        return metadata.Length > 2 && metadata[0] == '{' && JsonHead.TryRead(metadata, UserId, found, out _) ? Text(found[0].Value(metadata)) : null;
    }

    /// <summary>What stays the same from turn to turn: the instructions, and all up to the first message of the user.</summary>
    private ulong? Beginning(GatewayRequest request, ReadOnlySpan<byte> body)
    {
        foreach (var turns in _turns)
        {
            var value = request.Member(turns).Value(body);
            if (value.IsEmpty) continue;
            var hash = StableHash.Of(ConversationHead.Of(value));
            foreach (var head in _head) hash = StableHash.Mix(hash, StableHash.Of(Shorten(request.Member(head).Value(body))));
            return hash;
        }

        return null;
    }

    private static ReadOnlySpan<byte> Shorten(ReadOnlySpan<byte> value) => value[..Math.Min(value.Length, ConversationHead.Longest)];
}
