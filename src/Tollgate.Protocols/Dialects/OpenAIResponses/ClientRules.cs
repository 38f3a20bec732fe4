using Tollgate.Protocols.Chat;
using static Tollgate.Protocols.Chat.FidelityOutcome;

namespace Tollgate.Protocols.Dialects.OpenAIResponses;

/// <summary>What only a provider of responses can be asked for, because it keeps something or runs something.</summary>
internal static class ClientRules
{
    public static readonly FidelityRule PreviousResponse = new("previous_response_id", Refused, "The provider keeps no responses: send the whole conversation as input.");
    public static readonly FidelityRule Conversation = new("conversation", Refused, "The provider keeps no conversations: send the whole conversation as input.");
    public static readonly FidelityRule Prompt = new("prompt", Refused, "The provider keeps no prompts: send instructions and input.");
    public static readonly FidelityRule Background = new("background", Refused, "The provider keeps no responses that could be asked for later: leave background out.");
    public static readonly FidelityRule ItemReference = new("item_reference", Refused, "The provider keeps no items: send the item itself; clients do so with store false.");
    public static readonly FidelityRule ThoughtReference = new("item_reference of reasoning", Dropped, "The provider keeps no items: it goes on without these thoughts. With store false clients send them.") { IsHarmless = true };
    public static readonly FidelityRule Store = new("store", Dropped, "The provider keeps no responses: the answer says store false, and cannot be asked for by its id.");
    public static readonly FidelityRule Truncation = new("truncation auto", Dropped, "Nobody shortens the input: one that is too long is refused by the provider.") { IsHarmless = true };
    public static readonly FidelityRule BuiltInTool = new("built-in tool", Refused, "Only OpenAI runs it: offer a function instead.");
    public static readonly FidelityRule CustomTool = new("custom tool", Approximated, "Becomes a function with one text as argument; a grammar is told in the description, and nobody holds the model to it.");
    public static readonly FidelityRule AllowedBuiltIn = new("tool_choice of a built-in tool", Refused, "Only OpenAI runs it.");

    public static IReadOnlyList<FidelityRule> All { get; } =
        [PreviousResponse, Conversation, Prompt, Background, ItemReference, ThoughtReference, Store, Truncation, BuiltInTool, CustomTool, AllowedBuiltIn];

    /// <summary>The rule of a member that needs something kept; null when it needs nothing.</summary>
    public static FidelityRule? OfState(string member) => member switch
    {
        "previous_response_id" => PreviousResponse,
        "conversation" => Conversation,
        "prompt" => Prompt,
        _ => null,
    };
}
