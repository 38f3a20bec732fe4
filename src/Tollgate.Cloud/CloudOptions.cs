namespace Tollgate.Cloud;

/// <summary>What the identities see of the world around them.</summary>
/// <param name="Handler">Carries calls to identity services; null: the SDKs' own, which follow <c>HTTPS_PROXY</c>.</param>
internal sealed record CloudOptions(Func<HttpMessageHandler>? Handler)
{
    internal static CloudOptions OfProcess { get; } = new(Handler: null);
}
