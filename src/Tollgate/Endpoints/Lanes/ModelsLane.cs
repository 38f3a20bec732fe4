using System.Globalization;
using Tollgate.Authentication;
using Tollgate.Model;
using Tollgate.Pipeline;
using Tollgate.Protocols;
using Tollgate.Protocols.Errors;

namespace Tollgate.Endpoints.Lanes;

/// <summary>Lists of models, answered from the configuration.</summary>
internal static class ModelsLane
{
    internal static async ValueTask<Refusal?> ListAsync(GatewayRequest request)
    {
        var models = ModelsFor(request);
        if (request.Family != ApiFamily.Anthropic) return await WriteAsync(request, models.OpenAI).ConfigureAwait(false);
        var query = request.Context.Request.Query;
        var limit = int.TryParse(query["limit"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var asked) ? Math.Clamp(asked, 1, 1000) : 20;
        return await WriteAsync(request, models.AnthropicPage(Id(query["after_id"]), Id(query["before_id"]), limit)).ConfigureAwait(false);
    }

    internal static async ValueTask<Refusal?> GetAsync(GatewayRequest request, string id)
    {
        // SDKs encode the slashes of names such as org/model, and a path keeps those encoded.
        id = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        request.Record.AskedModel = id;
        if (ModelAccess.Refuse(request.Client, id) is { } forbidden) return forbidden;
        if (request.Model.Routes.Match(id, request.Context.Request) is { } route) return route.Access?.Refuse(request) ?? await WriteAsync(request, ModelList.Entry(request.Family, id, route)).ConfigureAwait(false);
        var sample = request.Model.Models.Sample;
        return new Refusal(GatewayErrorKinds.ModelNotFound, $"the model '{id}' does not exist" + (sample.Length > 0 ? $"; the models here are {sample}" : ""), "model");
    }

    private static ModelList ModelsFor(GatewayRequest request)
    {
        var table = request.Model.Routes;
        var client = request.Client is { } known && known.IsBound() ? known : null;
        return client is null && !table.LooksAtHosts && !table.IsGuarded
            ? request.Model.Models
            : new ModelList(table.SetFor(request.Context.Request).Routes.Where(route => route.Access?.Refuse(request) is null), client is null ? null : client.MayAsk);
    }

    private static string? Id(string? value) => string.IsNullOrEmpty(value) ? null : value;

    private static async ValueTask<Refusal?> WriteAsync(GatewayRequest request, ReadOnlyMemory<byte> body)
    {
        var response = request.Context.Response;
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        ResponseHeaders.AddOwn(request);
        request.Record.Status = response.StatusCode;
        request.Record.BytesOut = body.Length;
        await response.BodyWriter.WriteAsync(body, request.Context.RequestAborted).ConfigureAwait(false);
        return null;
    }
}
