using System.Text.Json;
using Tollgate.Configuration;
using Tollgate.Routing.Health;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Routing.Health;

/// <summary>What operators read of the state of providers and backends.</summary>
public sealed class BackendsDocumentTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Shows_figures_and_the_way_through_every_state()
    {
        var shelf = new StateShelf(_time, () => 0);
        var draft = shelf.Begin();
        draft.Provider("p", new FlowConfig(4));
        var key = draft.Key("p", "", "key", new HealthConfig());
        var backend = draft.Backend("p", "m", key, new HealthConfig());
        draft.Commit();

        backend.Begin();
        backend.Begin();
        backend.End(new Verdict(VerdictKind.Good, Began: TimeSpan.FromMilliseconds(250), Stream: true), default);
        Read(shelf).ShouldBe("""{"provider":"p","model":"m","key":"key","state":"ok","in_flight":1,"ejections":0,"key_ejections":0,"first_token_seconds":0.25}""");

        backend.End(new Verdict(VerdictKind.Throttled, "status 429", TimeSpan.FromSeconds(2)), default);
        Read(shelf).ShouldBe("""{"provider":"p","model":"m","key":"key","state":"resting","in_flight":0,"ejections":0,"key_ejections":0,"returns_in_seconds":2,"first_token_seconds":0.25,"last_error":"status 429","last_error_at":"2026-01-01T00:00:00+00:00"}""");

        _time.Advance(TimeSpan.FromSeconds(2));
        State(shelf).ShouldBe("ok");
        for (var i = 0; i < 2; i++) backend.Circuit.Fail(0);
        State(shelf).ShouldBe("out");
        _time.Advance(TimeSpan.FromSeconds(2));
        backend.TryPass(early: false, out var permit).ShouldBeTrue();
        State(shelf).ShouldBe("probing");
        backend.Begin();
        backend.End(new Verdict(VerdictKind.Good), permit);
        State(shelf).ShouldBe("ok");
        backend.Begin();
        backend.End(new Verdict(VerdictKind.KeyRefused, "status 401"), default);
        State(shelf).ShouldBe("key_refused");
    }

    private static string State(StateShelf shelf) => JsonDocument.Parse(Read(shelf)).RootElement.GetProperty("state").GetString()!;

    private static string Read(StateShelf shelf)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) BackendsDocument.Write(json, shelf);
        var root = JsonDocument.Parse(stream.ToArray()).RootElement;
        root.GetProperty("providers")[0].GetRawText().ShouldBe("""{"provider":"p","max_concurrent":4,"under_way":0,"queued":0}""");
        return root.GetProperty("backends")[0].GetRawText();
    }
}
