using Tollgate.Metering;
using Tollgate.Pipeline;
using Tollgate.Protocols.Errors;
using Tollgate.Routing.Health;

namespace Tollgate.Tests.Routing.Health;

/// <summary>What the end of an attempt says about its backend.</summary>
public sealed class VerdictTests
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(3);

    [Theory]
    [InlineData(200, false, "Good")]
    [InlineData(101, false, "Good")]
    [InlineData(400, false, "Good")]
    [InlineData(404, true, "Good")]
    [InlineData(413, false, "Good")]
    [InlineData(401, false, "KeyRefused")]
    [InlineData(402, false, "KeyRefused")]
    [InlineData(403, false, "KeyForbidden")]
    [InlineData(408, false, "Fault")]
    [InlineData(429, false, "Throttled")]
    [InlineData(429, true, "Throttled")]
    [InlineData(500, true, "Fault")]
    [InlineData(502, false, "Fault")]
    [InlineData(503, false, "Fault")]
    [InlineData(503, true, "Throttled")]
    [InlineData(529, true, "Throttled")]
    public void An_answer_that_went_to_the_client_is_judged_by_its_status(int status, bool rest, string kind) =>
        Of(AttemptOutcome.Done, new RequestRecord { ProviderStatus = status }, rest).Kind.ToString().ShouldBe(kind);

    [Theory]
    [InlineData("Transient", 500, false, "Fault")]
    [InlineData("Transient", 503, true, "Throttled")]
    [InlineData("Transient", 200, false, "Fault")] // an error inside an answer that began well
    [InlineData("Throttled", 200, false, "Throttled")]
    [InlineData("Silent", 0, false, "Fault")]
    [InlineData("Credential", 429, false, "KeyRefused")] // a used-up quota
    [InlineData("Credential", 403, false, "KeyForbidden")]
    [InlineData("Final", 400, false, "Good")]
    [InlineData("Final", 500, false, "Fault")] // it says not to try again, and has failed all the same
    public void An_answer_that_was_held_is_judged_by_what_it_means(string failure, int status, bool rest, string kind)
    {
        var outcome = new AttemptOutcome(null, null, Culprit.Provider) { Class = Enum.Parse<FailureClass>(failure) };
        Of(outcome, new RequestRecord { ProviderStatus = status }, rest).Kind.ToString().ShouldBe(kind);
    }

    [Fact]
    public void No_answer_is_a_fault_with_its_code()
    {
        var verdict = Of(AttemptOutcome.Provider(GatewayErrorKinds.ProviderUnreachable, "x"), new RequestRecord(), false);
        (verdict.Kind, verdict.Error).ShouldBe((VerdictKind.Fault, "provider_unreachable"));
        Of(AttemptOutcome.Provider(GatewayErrorKinds.ProviderCredentials, "x"), new RequestRecord(), false).Kind.ShouldBe(VerdictKind.KeyRefused);
        Of(AttemptOutcome.Provider(GatewayErrorKinds.StreamInterrupted, "x"), new RequestRecord { ProviderStatus = 200 }, false).Kind.ShouldBe(VerdictKind.Fault);
    }

    [Fact]
    public void A_client_that_left_and_a_gateway_without_room_say_nothing()
    {
        Of(AttemptOutcome.ClientLeft, new RequestRecord { ProviderStatus = 500 }, false).ShouldBe(default);
        Of(new AttemptOutcome(GatewayErrorKinds.RateLimited, "x", Culprit.Gateway), new RequestRecord(), false).ShouldBe(default);
    }

    [Fact]
    public void An_error_event_in_a_stream_is_a_fault()
    {
        var verdict = Of(AttemptOutcome.Done, new RequestRecord { ProviderStatus = 200, ErrorCode = "provider_stream_error" }, false);
        (verdict.Kind, verdict.Error).ShouldBe((VerdictKind.Fault, "provider_stream_error"));
    }

    [Fact]
    public void Good_answers_are_timed_from_the_start_of_their_own_attempt()
    {
        var stream = new RequestRecord { ProviderStatus = 200, Stream = true, TimeToFirstToken = TimeSpan.FromSeconds(5), ProviderHeaders = TimeSpan.FromSeconds(3) };
        var whole = new RequestRecord { ProviderStatus = 200, ProviderHeaders = TimeSpan.FromSeconds(3) };
        Verdict.Of(AttemptOutcome.Done, stream, TimeSpan.FromSeconds(2), null).ShouldBe(new Verdict(VerdictKind.Good, Began: TimeSpan.FromSeconds(3), Stream: true));
        Verdict.Of(AttemptOutcome.Done, whole, TimeSpan.FromSeconds(2), null).ShouldBe(new Verdict(VerdictKind.Good, Began: TimeSpan.FromSeconds(1)));
        Verdict.Of(AttemptOutcome.Done, new RequestRecord { ProviderStatus = 404, ProviderHeaders = TimeSpan.FromSeconds(3) }, default, null).Began.ShouldBeNull();
    }

    private static Verdict Of(AttemptOutcome outcome, RequestRecord record, bool rest) => Verdict.Of(outcome, record, TimeSpan.Zero, rest ? Rest : null);
}
