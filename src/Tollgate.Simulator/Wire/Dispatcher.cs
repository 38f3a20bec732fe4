using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Tollgate.Simulator.Wire;

/// <summary>
/// The way of a request: path → route → faults → answer. All that goes wrong on it, wanted or not, is written down here
/// in the shape of the provider.
/// </summary>
internal sealed class Dispatcher(SimulatorState simulator)
{
    /// <summary>Kinds that are not OpenAI-compatible by name.</summary>
    private static readonly string[] OwnKinds =
        ["anthropic", "aws-bedrock", "aws-anthropic", "azure-openai", "gcp-vertex", "gcp-anthropic", "cohere"];

    public async Task HandleAsync(HttpContext context)
    {
        // Kestrel's own path is decoded; an escaped slash in a model's name would be lost.
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw ? raw : context.Request.Path.Value ?? "/";
        var path = Segments(target);
        var call = new Call(context, simulator, path);
        var route = Router.Find(call);
        call.Errors = route?.Errors ?? ErrorShape.OpenAI;
        ProviderHeaders.Write(call);
        try
        {
            if (route is null || !Serves(route.Kind)) throw new Refusal(404, $"Invalid URL ({context.Request.Method} {context.Request.Path})");
            await route.Answer(call);
        }
        catch (AnswerEnded)
        {
            // Whatever was to be said has been said.
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone.
        }
        catch (Refusal refusal)
        {
            await TellAsync(call, refusal);
        }
        catch (JsonException)
        {
            // JSON inside JSON, such as the schema of a Converse request.
            await TellAsync(call, new Refusal(400, "A member of the body that should hold JSON does not."));
        }
    }

    private static async Task TellAsync(Call call, Refusal refusal)
    {
        if (!call.Context.Response.HasStarted) await call.RefuseAsync(refusal);
        else if (call.OnBrokenStream is { } tell) await tell(refusal);
        else call.Context.Abort();
    }

    private bool Serves(string kind)
    {
        if (simulator.Options.Kinds is not { } kinds) return true;
        // aws-bedrock serves InvokeModel as well, as the real endpoint does.
        if (kind == "aws-anthropic" && kinds.Contains("aws-bedrock", StringComparer.Ordinal)) return true;
        return kind == "openai" ? kinds.Any(static k => !OwnKinds.Contains(k, StringComparer.Ordinal)) : kinds.Contains(kind, StringComparer.Ordinal);
    }

    private static string[] Segments(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0) target = target[..query];
        if (target.StartsWith("http", StringComparison.Ordinal) && Uri.TryCreate(target, UriKind.Absolute, out var whole)) target = whole.AbsolutePath;
        return [.. target.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString)];
    }
}
