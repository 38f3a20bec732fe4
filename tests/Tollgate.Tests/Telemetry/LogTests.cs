using Microsoft.Extensions.Logging;
using Tollgate.Telemetry;

namespace Tollgate.Tests.Telemetry;

public sealed class LogTests
{
    [Fact]
    public void Events_keep_their_ids_names_and_levels()
    {
        var logger = new ListLogger();
        Log.ConfigLoaded(logger, "tollgate.yaml", 2, 3, 4);
        Log.ConfigRejected(logger, "tollgate.yaml", 5);
        Log.ConfigWarning(logger, "text");
        Log.ShutdownStarted(logger, 6);
        Log.ShutdownFinished(logger);
        Log.ProviderFailed(logger, "r-1", "openai", "provider_timeout", "no headers within 60 s");
        Log.AttemptFailed(logger, "r-1", "openai", 503);
        Log.RequestFailed(logger, "r-1", new InvalidOperationException("bug"));
        Log.IdentityFailed(logger, "bedrock", "it cannot be called", "no role", "write aws: { profile: NAME }");
        Log.IdentityRecovered(logger, "bedrock");
        Log.CertificateLoaded(logger, "tls.pem");
        Log.CertificateRefused(logger, "tls.pem", "the key is another's");

        logger.Lines.ShouldBe([
            "100 ConfigLoaded Information: Configuration from tollgate.yaml is in force: 2 providers, 3 models, generation 4",
            "101 ConfigRejected Error: Configuration from tollgate.yaml was refused for 5 errors; the one before stays in force",
            "102 ConfigWarning Warning: text",
            "201 ShutdownStarted Information: Shutting down: no new requests, 6 to finish",
            "202 ShutdownFinished Information: Shut down",
            "300 ProviderFailed Warning: Request r-1: provider openai failed: provider_timeout: no headers within 60 s",
            "301 AttemptFailed Warning: Request r-1: provider openai answered 503; another attempt is made",
            "302 RequestFailed Error: Request r-1 failed unexpectedly InvalidOperationException",
            "400 IdentityFailed Warning: Provider bedrock has no new credential (it cannot be called): no role. Mend: write aws: { profile: NAME }",
            "401 IdentityRecovered Information: Provider bedrock has a credential again",
            "402 CertificateLoaded Information: The certificate tls.pem has changed and is in force for new connections",
            "403 CertificateRefused Error: The certificate tls.pem has changed and cannot be used; the one before stays in force: the key is another's",
        ]);
    }

    private sealed class ListLogger : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add($"{eventId.Id} {eventId.Name} {logLevel}: {formatter(state, exception)} {exception?.GetType().Name}".TrimEnd());
    }
}
