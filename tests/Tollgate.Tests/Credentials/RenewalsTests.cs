using Microsoft.Extensions.Logging.Abstractions;
using Tollgate.Catalog;
using Tollgate.Configuration;
using Tollgate.Credentials;
using Tollgate.Tests.Limits;
using Tollgate.Tests.Routing;

namespace Tollgate.Tests.Credentials;

/// <summary>Identities over reloads of the configuration.</summary>
public sealed class RenewalsTests : IDisposable
{
    private static readonly ProviderKind Aws = Catalogue.Default.Find("aws-bedrock")!;

    private readonly ManualTime _time = new();
    private readonly Profiles _kind = new();
    private readonly Renewals _renewals;

    public RenewalsTests() => _renewals = new Renewals([_kind], _time, new FixedChance { Value = 0.5 }, NullLogger<Renewals>.Instance);

    public void Dispose() => _renewals.Dispose();

    [Fact]
    public async Task Two_providers_with_the_same_identity_share_it()
    {
        var set = _renewals.Begin();
        set.Find(Provider("a", "dev"), Aws).ShouldBeSameAs(set.Find(Provider("b", "dev"), Aws));
        set.Find(Provider("c", "prod"), Aws).ShouldNotBeSameAs(set.Find(Provider("a", "dev"), Aws));
        _renewals.Adopt(set);
        await _kind.Opened["dev"][0].AskedAsync();
        await _kind.Opened["prod"][0].AskedAsync();
        _kind.Calls("dev").ShouldBe(1);
    }

    [Fact]
    public async Task A_generation_with_the_same_settings_goes_on_with_the_identity_that_is_there()
    {
        var first = _renewals.Begin();
        var renewal = first.Find(Provider("a", "dev"), Aws)!;
        _renewals.Adopt(first);
        await _kind.Opened["dev"][0].AnswerAsync(new BearerIdentity("t", _time.GetUtcNow().AddHours(1)));

        var second = _renewals.Begin();
        second.Find(Provider("renamed", "dev"), Aws).ShouldBeSameAs(renewal);
        _renewals.Adopt(second);
        (await renewal.WaitAsync(TimeSpan.FromSeconds(10), default)).ShouldNotBeNull();
        _kind.Calls("dev").ShouldBe(1);
    }

    [Fact]
    public async Task What_no_generation_uses_any_more_is_ended_but_still_good_for_requests_under_way()
    {
        var first = _renewals.Begin();
        var renewal = first.Find(Provider("a", "dev"), Aws)!;
        _renewals.Adopt(first);
        await _kind.Opened["dev"][0].AnswerAsync(new BearerIdentity("t", _time.GetUtcNow().AddHours(1)));
        await renewal.WaitAsync(TimeSpan.FromSeconds(10), default);

        _renewals.Adopt(_renewals.Begin());
        renewal.At(_time.GetUtcNow()).ShouldNotBeNull();
        _time.Advance(TimeSpan.FromHours(2));
        await Should.ThrowAsync<IdentityException>(() => renewal.WaitAsync(TimeSpan.FromSeconds(10), default).AsTask());
        _kind.Calls("dev").ShouldBe(1);
    }

    [Fact]
    public void A_generation_that_is_not_adopted_asks_nobody()
    {
        _renewals.Begin().Find(Provider("a", "dev"), Aws).ShouldNotBeNull();
        _kind.Calls("dev").ShouldBe(0);
    }

    [Fact]
    public void Without_a_kind_that_serves_it_there_is_none()
    {
        using var none = new Renewals([], _time, new FixedChance { Value = 0.5 }, NullLogger<Renewals>.Instance);
        none.Begin().Find(Provider("a", "dev"), Aws).ShouldBeNull();
    }

    private static ProviderConfig Provider(string name, string profile) => new() { Name = name, Kind = "aws-bedrock", Region = "us-east-1", Aws = new AwsConfig { Profile = profile } };

    /// <summary>A kind that opens scripted sources, one for each profile name.</summary>
    private sealed class Profiles : IdentityKind
    {
        public Dictionary<string, List<ScriptedSource>> Opened { get; } = [];

        public int Calls(string profile) => Opened[profile].Sum(source => source.Calls);

        public override bool Serves(ProviderConfig provider, ProviderKind kind) => kind.Credential == CredentialForm.AwsSigV4;

        public override IdentitySource Open(ProviderConfig provider)
        {
            var source = new ScriptedSource(provider.Aws!);
            if (!Opened.TryGetValue(provider.Aws!.Profile!, out var list)) Opened[provider.Aws.Profile!] = list = [];
            list.Add(source);
            return source;
        }
    }
}
