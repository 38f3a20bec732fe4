using System.Text;
using Tollgate.Protocols.Chat;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Dialects.OpenAIChat;

/// <summary>What a stream remembers of one of its choices while it is written.</summary>
internal sealed class OpenChoice
{
    private TextTemplate? _template;
    private ChatEventKind _templateOf;

    public int Calls { get; set; }

    public bool InCall { get; set; }

    public bool HasArguments { get; set; }

    /// <summary>Characters of content so far, and before the block at hand.</summary>
    public int Length { get; set; }

    public int BlockStart { get; set; }

    /// <summary>The thoughts of the block at hand; null when there are none.</summary>
    public StringBuilder? Thought { get; set; }

    /// <summary>The chunk that the last delta was written in, when it was of this kind.</summary>
    public TextTemplate? TemplateOf(ChatEventKind kind) => _templateOf == kind ? _template : null;

    public TextTemplate Keep(ChatEventKind kind, TextTemplate template)
    {
        (_templateOf, _template) = (kind, template);
        return template;
    }

    /// <summary>What all chunks say has changed.</summary>
    public void Forget() => _template = null;
}
