namespace Tollgate.Bench.Wire;

/// <summary>How a subject wants to be asked: the path, headers beside the usual ones, and members that its dialect's bodies need.</summary>
internal sealed record ClientForm(string Path, string Headers = "", string Members = "", string Key = "bench")
{
    /// <summary>What stands before the names of models.</summary>
    internal string Models { get; init; } = "";

    internal static ClientForm OpenAI { get; } = new("/v1/chat/completions");

    internal static ClientForm Anthropic { get; } = new("/v1/messages", "anthropic-version: 2023-06-01\r\nx-api-key: bench\r\n", "\"max_tokens\":1024,");
}
