using System.Globalization;
using Tollgate.Pipeline.Envelopes;

namespace Tollgate.Tests.Translation;

public sealed class TargetsTests
{
    [Fact]
    public void An_address_is_made_once_for_each_model_and_way_to_answer()
    {
        var made = 0;
        var targets = new Targets((model, stream) =>
        {
            made++;
            return new Uri($"http://host/{model}/{(stream ? "stream" : "whole")}");
        });

        targets.Of("a", stream: false).ShouldBeSameAs(targets.Of("a", stream: false));
        targets.Of("a", stream: true).AbsolutePath.ShouldBe("/a/stream");
        targets.Of("b", stream: false).AbsolutePath.ShouldBe("/b/whole");
        made.ShouldBe(3);
    }

    [Fact]
    public void Names_of_the_clients_own_making_do_not_fill_the_memory()
    {
        var targets = new Targets((model, _) => new Uri("http://host/" + model));
        for (var i = 0; i < 1000; i++) targets.Of(i.ToString(CultureInfo.InvariantCulture), stream: false);
        targets.Of(new string('x', 1000), stream: false).AbsolutePath.Length.ShouldBe(1001);
        targets.Count.ShouldBe(256);
        targets.Of("999", stream: false).AbsolutePath.ShouldBe("/999");
    }
}
