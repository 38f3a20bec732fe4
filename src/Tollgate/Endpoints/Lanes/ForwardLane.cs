using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Tollgate.Authentication;
using Tollgate.Limits.Admitting;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;
using Tollgate.Upstreams;

namespace Tollgate.Endpoints.Lanes;

/// <summary>
/// Operations that belong to one provider's account (files, batches, assistants, …): forwarded, the bodies streamed both ways,
/// to the provider that the request's header names, else the configuration's default.
/// </summary>
internal sealed class ForwardLane(Attempts attempts, Admissions admissions)
{
    /// <summary>Names one of the configured providers; never a host.</summary>
    internal const string ProviderHeader = "x-tollgate-provider";

    internal async ValueTask<Refusal?> RunAsync(GatewayRequest request, string rest)
    {
        if (ModelAccess.RefuseUnnamed(request) is { } forbidden) return forbidden;
        if (RefuseUnlessFits(request) is { } tooLarge) return tooLarge;
        var (provider, refusal) = Choose(request);
        if (provider is null) return refusal;
        if (Admissions.Concern(request) && await admissions.AdmitCallAsync(request, provider, null).ConfigureAwait(false) is { } full) return full;
        return await attempts.RunAsync(request, Plan(request, provider, rest)).ConfigureAwait(false);
    }

    /// <summary>What says itself that it is too large does not reach a provider. Of the rest the bytes are counted as they go by.</summary>
    internal static Refusal? RefuseUnlessFits(GatewayRequest request) =>
        request.Context.Request.ContentLength > request.Model.Config.MaxUpload ? TooLarge(request.Model.Config.MaxUpload) : null;

    internal static TransferPlan Plan(GatewayRequest request, Provider provider, string rest)
    {
        var http = request.Context.Request;
        var target = provider.Envelope.ForwardTarget(request.Operation, rest, QueryFilter.Clean(http.QueryString.Value));
        var content = HasBody(http) ? Stream(request) : null;
        return new TransferPlan(provider, target, new HttpMethod(http.Method), content, default, content is null ? null : http.ContentType);
    }

    /// <summary>The provider that the request names, or null with the reason.</summary>
    internal static (Provider? Provider, Refusal? Refusal) Choose(GatewayRequest request)
    {
        var model = request.Model;
        var named = request.Context.Request.Headers[ProviderHeader].ToString();
        if (named.Length > 0)
        {
            var provider = model.Providers.GetValueOrDefault(named);
            return provider is not null && Takes(request, provider)
                ? (provider, null)
                : (null, new Refusal(GatewayErrorKinds.InvalidRequest, $"{ProviderHeader}: no provider of that name takes {Label(request)}{Speakers(request)}"));
        }

        if (model.Default is { } usual && Takes(request, usual)) return (usual, null);
        var speakers = model.Providers.Values.Where(p => Takes(request, p)).Take(2).ToArray();
        return speakers.Length switch
        {
            1 => (speakers[0], null),
            > 1 => (null, new Refusal(GatewayErrorKinds.InvalidRequest, $"several providers take {Label(request)}: name one in the header {ProviderHeader}{Speakers(request)}, or set 'default' in the configuration")),
            _ when request.Client is { Providers: not null } client && model.Providers.Values.Any(p => p.Speaks(request.Operation)) => (null, ModelAccess.NoProvider(client, Label(request))),
            _ => (null, new Refusal(GatewayErrorKinds.NoProvider, $"no provider takes {Label(request)}")),
        };
    }

    /// <summary>True when the provider can be asked for it, for this caller.</summary>
    internal static bool Takes(GatewayRequest request, Provider provider) => provider.Speaks(request.Operation) && request.Client.MayUse(provider.Name);

    private static string Label(GatewayRequest request) => $"{request.Context.Request.Method} {request.Context.Request.Path}";

    private static string Speakers(GatewayRequest request)
    {
        var names = request.Model.Providers.Values.Where(p => Takes(request, p)).Select(p => p.Name).Order(StringComparer.Ordinal).Take(5).ToArray();
        return names.Length == 0 ? "" : $" (one of {string.Join(", ", names)})";
    }

    private static Refusal TooLarge(long limit) =>
        new(GatewayErrorKinds.RequestTooLarge, $"the upload is larger than {ErrorWriter.Megabytes(limit)} (maxUpload)");

    internal static bool HasBody(HttpRequest http) =>
        http.ContentLength > 0 || (http.ContentLength is null && http.Headers.TransferEncoding.Count > 0) || (http.ContentLength is null && HttpMethods.IsPost(http.Method) && http.Protocol != HttpProtocol.Http11);

    private static StreamingContent Stream(GatewayRequest request)
    {
        var http = request.Context.Request;
        var limit = request.Model.Config.MaxUpload;
        return new StreamingContent(http.ContentLength, async (target, cancellationToken) =>
        {
            while (true)
            {
                var result = await UploadReader.NextAsync(http, target, cancellationToken).ConfigureAwait(false);
                foreach (var segment in result.Buffer)
                {
                    request.Record.BytesIn += segment.Length;
                    if (request.Record.BytesIn > limit) throw new UploadException(GatewayErrorKinds.RequestTooLarge, TooLarge(limit).Message);
                    await target.WriteAsync(segment, cancellationToken).ConfigureAwait(false);
                }

                http.BodyReader.AdvanceTo(result.Buffer.End);
                if (result.IsCompleted) return;
            }
        });
    }
}
