using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Tollgate.Authentication;
using Tollgate.Configuration;
using Tollgate.Keys;

namespace Tollgate.Tests.Authentication;

/// <summary>A header that is the same object as before is not hashed again; whose key it holds is asked each time.</summary>
public sealed class RecentDigestTests
{
    private readonly string _header = new("Bearer tg-a".AsSpan());

    [Fact]
    public async Task A_key_that_was_revoked_is_refused_at_once_on_the_same_connection()
    {
        var ring = new KeyRing(TimeProvider.System);
        var directory = new ClientDirectory(new GatewayConfig(), ring, null, TimeProvider.System);
        var key = new KeyRecord { Id = "key_1", Name = "a", Sha256 = [.. System.Security.Cryptography.SHA256.HashData("tg-a"u8)], Hint = "tg-a", Created = default, CreatedBy = "t" };
        ring.Load(Of(key));
        for (var i = 0; i < 2; i++) (await AskAsync(directory)).Caller!.KeyId.ShouldBe("key_1");
        ring.Load(Of(key with { Disabled = true }));
        (await AskAsync(directory)).Refusal.ShouldNotBeNull();
        ring.Load(Of(key));
        (await AskAsync(directory)).Caller.ShouldNotBeNull();
        ring.Load(KeyRecords.None with { Exist = true });
        (await AskAsync(directory)).ShouldBe(Identified.Nobody);
    }

    [Fact]
    public void Only_the_same_object_is_known()
    {
        var digests = new RecentDigests();
        digests.Keep(_header, Digest.Of("tg-a"));
        digests.Find(_header).ShouldBe(Digest.Of("tg-a"));
        digests.Find(new string("Bearer tg-a".AsSpan())).ShouldBeNull();
    }

    [Fact]
    public void The_text_goes_with_whoever_sent_it()
    {
        var digests = new RecentDigests();
        var text = Forget(digests);
        for (var i = 0; i < 10 && text.IsAlive; i++) GC.Collect();
        text.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public void A_known_header_costs_no_memory()
    {
        var ring = new KeyRing(TimeProvider.System);
        var config = new GatewayConfig { Clients = [new ClientConfig("a", [.. System.Security.Cryptography.SHA256.HashData("tg-a"u8)])] };
        var directory = new ClientDirectory(config, ring, null, TimeProvider.System);
        var context = Context();
        Tollgate.Protocols.Tests.Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                var asked = directory.IdentifyAsync(context);
                if (!asked.IsCompletedSuccessfully || asked.Result.Caller?.Name != "a") throw new InvalidOperationException("not known at once");
            }
        }).ShouldBeLessThan(1000);
    }

    private ValueTask<Identified> AskAsync(ClientDirectory directory) => directory.IdentifyAsync(Context());

    private DefaultHttpContext Context()
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = _header;
        return context;
    }

    private static KeyRecords Of(KeyRecord key) => KeyRecords.None with { Exist = true, Keys = KeyRecords.None.Keys.Add(key.Id, key) };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Forget(RecentDigests digests)
    {
        var text = new string('k', 20);
        digests.Keep(text, default);
        return new WeakReference(text);
    }
}
