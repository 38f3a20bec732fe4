namespace Tollgate.Cloud.Tests;

/// <summary>
/// Leads what is meant for a vendor's host to a stand-in, over real HTTP. The vendor's SDKs insist on https and on their own hosts;
/// the host that was meant stays in the Host header.
/// </summary>
internal sealed class RedirectHandler(Uri standIn) : DelegatingHandler(new SocketsHttpHandler())
{
    public static CloudOptions To(CloudStandIn standIn) => new(() => new RedirectHandler(standIn.Url));

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var meant = request.RequestUri!;
        request.Headers.Host = meant.Host;
        request.RequestUri = new UriBuilder(meant) { Scheme = standIn.Scheme, Host = standIn.Host, Port = standIn.Port }.Uri;
        return base.SendAsync(request, cancellationToken);
    }
}
