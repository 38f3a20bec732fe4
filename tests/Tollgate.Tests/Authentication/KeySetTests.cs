using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Authentication.Jwt;
using Tollgate.Configuration;
using Tollgate.Keys;
using Tollgate.Protocols.Errors;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Authentication;

/// <summary>Key sets of issuers: fetched ahead, kept when the issuer is gone, asked again for keys that are new.</summary>
public sealed class KeySetTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly TokenIssuer _issuer = new();
    private readonly KeySetShelf _shelf;

    public KeySetTests() => _shelf = new KeySetShelf(_time, NullLogger<KeySetShelf>.Instance);

    public ValueTask DisposeAsync()
    {
        _shelf.Dispose();
        return _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_key_set_is_fetched_before_anybody_asks_and_then_for_nobody()
    {
        var tokens = Start();
        await _time.WhenArmedAsync(TimeSpan.FromMinutes(5));
        _issuer.Reads.ShouldBe(1);
        for (var i = 0; i < 20; i++) (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow(), $"\"sub\":\"c{i}\""))).Caller!.Name.ShouldBe($"c{i}");
        _issuer.Reads.ShouldBe(1);
    }

    [Fact]
    public async Task An_issuer_that_is_gone_makes_no_good_token_bad()
    {
        var tokens = Start();
        (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow()))).Caller.ShouldNotBeNull();
        _issuer.IsDown = true;
        for (var hour = 0; hour < 3; hour++)
        {
            _time.Advance(TimeSpan.FromHours(1));
            (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow(), $"\"sub\":\"{hour}\""))).Caller.ShouldNotBeNull();
        }
    }

    [Fact]
    public async Task A_token_cannot_be_judged_when_no_key_set_was_ever_had_and_that_is_not_its_bearers_fault()
    {
        _issuer.IsDown = true;
        var tokens = Start();
        var refusal = (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow()))).Refusal.ShouldNotBeNull();
        refusal.Kind.ShouldBe(GatewayErrorKinds.AuthenticationUnavailable);
        refusal.Kind.Status.ShouldBe(503);
        _issuer.IsDown = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow()))).Caller.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_new_key_is_fetched_when_a_token_names_it()
    {
        var tokens = Start();
        (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow()))).Caller.ShouldNotBeNull();
        await WhenReadAsync(tokens);
        _issuer.AddKey("k2");
        (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow(), key: "k2"))).Caller.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_key_that_is_newer_than_the_reading_that_runs_has_another_one()
    {
        var (isMade, isWanted) = (new TaskCompletionSource(), new TaskCompletionSource());
        _issuer.Sending = () =>
        {
            _issuer.Sending = null;
            isMade.SetResult();
            return isWanted.Task;
        };
        var tokens = Start();
        await isMade.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        _issuer.AddKey("k2");
        var identifying = tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow(), key: "k2"));
        isWanted.SetResult();
        (await identifying).Caller.ShouldNotBeNull();
        _issuer.Reads.ShouldBe(2);
    }

    [Fact]
    public async Task A_flood_of_made_up_keys_does_not_become_one_at_the_issuer()
    {
        var tokens = Start();
        (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow()))).Caller.ShouldNotBeNull();
        for (var i = 0; i < 50; i++)
        {
            (await tokens.IdentifyAsync(Forged("made-up-" + i))).Refusal!.Kind.ShouldBe(GatewayErrorKinds.Unauthenticated);
        }

        _issuer.Reads.ShouldBe(2);
    }

    [Fact]
    public async Task A_new_key_cannot_be_judged_while_the_issuer_is_gone()
    {
        var tokens = Start();
        (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow()))).Caller.ShouldNotBeNull();
        await WhenReadAsync(tokens);
        _issuer.AddKey("k2");
        _issuer.IsDown = true;
        (await tokens.IdentifyAsync(_issuer.Token(_time.GetUtcNow(), key: "k2"))).Refusal!.Kind.ShouldBe(GatewayErrorKinds.AuthenticationUnavailable);
    }

    [Fact]
    public async Task A_key_that_was_taken_back_verifies_no_longer_not_even_tokens_that_were_good()
    {
        var tokens = Start();
        var token = _issuer.Token(_time.GetUtcNow());
        (await tokens.IdentifyAsync(token)).Caller.ShouldNotBeNull();
        await WhenReadAsync(tokens);
        _issuer.AddKey("k2");
        _issuer.RemoveKey("k1");
        _time.Advance(TimeSpan.FromMinutes(5));
        await _time.WhenArmedAsync(TimeSpan.FromMinutes(5));
        (await tokens.IdentifyAsync(token)).Refusal!.Kind.ShouldBe(GatewayErrorKinds.Unauthenticated);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("{\"keys\":[]}")]
    [InlineData("{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}")]
    public void A_set_without_a_key_that_can_verify_is_no_key_set(string text) => Should.Throw<FormatException>(() => PublicKeys.Parse(text));

    [Fact]
    public void Good_tokens_are_kept_up_to_a_bound()
    {
        var cache = new TokenCache(most: 3);
        for (var i = 0; i < 100; i++) cache.Keep(Tollgate.Authentication.Digest.Of("token " + i), new GoodToken(new("c"), null, null, _time.GetUtcNow() + TimeSpan.FromHours(1), null!, null!), _time.GetUtcNow());
        cache.Count.ShouldBeLessThanOrEqualTo(3);
    }

    /// <summary>
    /// Goes on when no reading runs, and another may be asked for. Keys are there a moment before their reading is over: who asks for a newer
    /// one then waits for the reading that does not have it.
    /// </summary>
    private async Task WhenReadAsync(TokenVerifier tokens)
    {
        await tokens.IdentifyAsync(Forged("made-up")); // waits for the reading that runs, or for one of its own
        _time.Advance(TimeSpan.FromSeconds(10)); // so often a new key may be asked for
    }

    private string Forged(string keyId) => TokenIssuer.Signed("{\"iss\":\"" + TokenIssuer.Name + "\"}", keyId, "RS256", _issuer.Key("k1"));

    private TokenVerifier Start()
    {
        var config = new GatewayConfig
        {
            Authentication = new AuthenticationConfig
            {
                Jwt = [new JwtConfig { Issuer = TokenIssuer.Name, Keys = new JwksSource(new Uri(_issuer.Url), null, null), Audiences = [TokenIssuer.Audience] }],
            },
        };
        var verifier = _shelf.Verifier(config, new KeyRing(_time))!;
        _shelf.Adopt(verifier);
        return verifier;
    }
}
