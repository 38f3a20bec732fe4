namespace Tollgate.Protocols.Errors;

/// <summary>One kind of the gateway's own errors, as each API family says it.</summary>
/// <param name="Code">The stable code: OpenAI's <c>error.code</c>, and the value in logs and metrics.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="OpenAIType">OpenAI's <c>error.type</c>.</param>
/// <param name="AnthropicType">Anthropic's <c>error.type</c>.</param>
public sealed record GatewayErrorKind(string Code, int Status, string OpenAIType, string AnthropicType);
