using Tollgate.Credentials;
using Tollgate.Protocols.Errors;
using Tollgate.Upstreams;

namespace Tollgate.Pipeline;

/// <summary>Applies an attempt's credential. Without one the attempt fails as the provider's, so that another provider is asked.</summary>
internal static class Signing
{
    /// <summary>Null when the message may go out.</summary>
    internal static async ValueTask<AttemptOutcome?> ApplyAsync(GatewayRequest request, UpstreamRequest message, TransferPlan plan)
    {
        request.Record.CallersCredential = plan.Credential is OverridableCredential overridable && overridable.IsOverridden(message);
        try
        {
            await plan.Credential.ApplyAsync(message, plan.Body, request.Clock.Token).ConfigureAwait(false);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Failed($"the credential of provider '{plan.Provider.Name}' cannot be read: check its key or token file");
        }
        catch (CallerCredentialException e)
        {
            return new AttemptOutcome(GatewayErrorKinds.Unauthenticated, e.Message, Culprit.Client);
        }
        catch (IdentityException)
        {
            // The reason names accounts and roles, which are the operator's business: it is in the log.
            return Failed($"there is no credential to call provider '{plan.Provider.Name}' with: the gateway's log has the reason and the line to write");
        }
        catch (OperationCanceledException e) when (request.Clock.Token.IsCancellationRequested)
        {
            return Upstream.Classify(e, request, plan.Provider);
        }
    }

    private static AttemptOutcome Failed(string detail) => AttemptOutcome.Provider(GatewayErrorKinds.ProviderCredentials, detail);
}
