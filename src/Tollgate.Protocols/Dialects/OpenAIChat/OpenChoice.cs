using System.Text;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>What a stream remembers of one of its choices while it is written.</summary>
internal sealed class OpenChoice
{
    public int Calls { get; set; }

    public bool InCall { get; set; }

    public bool HasArguments { get; set; }

    /// <summary>Characters of content so far, and before the block at hand.</summary>
    public int Length { get; set; }

    public int BlockStart { get; set; }

    public StringBuilder Thought { get; } = new();
}
