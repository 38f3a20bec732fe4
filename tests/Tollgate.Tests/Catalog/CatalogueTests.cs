using Tollgate.Catalog;
using Tollgate.Pricing;
using Tollgate.Protocols;

namespace Tollgate.Tests.Catalog;

public sealed class CatalogueTests
{
    private static ProviderKind Kind(string name) => Catalogue.Default.Find(name).ShouldNotBeNull();

    [Theory]
    [InlineData("openai")]
    [InlineData("azure-openai")]
    [InlineData("anthropic")]
    [InlineData("aws-bedrock")]
    [InlineData("aws-anthropic")]
    [InlineData("gcp-vertex")]
    [InlineData("gcp-anthropic")]
    [InlineData("cohere")]
    [InlineData("gemini")]
    [InlineData("gemini-native")]
    [InlineData("groq")]
    [InlineData("xai")]
    [InlineData("together")]
    [InlineData("mistral")]
    [InlineData("deepinfra")]
    [InlineData("deepseek")]
    [InlineData("hunyuan")]
    [InlineData("tencent-lkeap")]
    [InlineData("tars")]
    [InlineData("sambanova")]
    [InlineData("openrouter")]
    [InlineData("fireworks")]
    [InlineData("cerebras")]
    [InlineData("perplexity")]
    [InlineData("nvidia-nim")]
    [InlineData("ollama")]
    [InlineData("vllm")]
    [InlineData("llama-cpp")]
    [InlineData("lm-studio")]
    [InlineData("simulator")]
    public void Knows(string name) => Kind(name).Title.ShouldNotBeEmpty();

    [Fact]
    public void Finds_a_kind_by_its_alias() => Kind("grok").ShouldBeSameAs(Kind("xai"));

    [Fact]
    public void Does_not_find_what_is_not_there() => Catalogue.Default.Find("nobody").ShouldBeNull();

    /// <summary>The start trusts it.</summary>
    [Theory]
    [InlineData("providers.yaml")]
    [InlineData("prices.yaml")]
    public void The_files_that_ship_stand_every_check(string name)
    {
        using var text = new StreamReader(typeof(Catalogue).Assembly.GetManifestResourceStream($"Tollgate.Catalog.{name}").ShouldNotBeNull());
        Func<object> read = name == "prices.yaml" ? () => PriceList.Parse(text.ReadToEnd(), name) : () => Catalogue.Parse(text.ReadToEnd(), name);
        read.ShouldNotThrow();
    }

    [Fact]
    public void Keeps_the_order_of_the_file()
    {
        Catalogue.Default.All[0].Name.ShouldBe("openai");
        Catalogue.Default.All[^1].Name.ShouldBe("simulator");
        Catalogue.Default.Kinds.Count.ShouldBe(Catalogue.Default.All.Length);
    }

    [Fact]
    public void Every_remote_url_is_https_and_ends_without_a_slash()
    {
        foreach (var kind in Catalogue.Default.All.Where(kind => kind.Url is not null && !kind.InProcess && !kind.CredentialOptional))
        {
            kind.Url!.ShouldStartWith("https://", customMessage: kind.Name);
            kind.Url.ShouldNotEndWith("/", customMessage: kind.Name);
        }
    }

    [Fact]
    public void No_two_kinds_claim_the_same_model_names()
    {
        var globs = Catalogue.Default.All.SelectMany(kind => kind.Models).ToList();
        globs.ShouldBeUnique();
    }

    [Fact]
    public void Every_kind_that_can_be_found_serves_some_name()
    {
        foreach (var kind in Catalogue.Default.All.Where(kind => !kind.KeyVariables.IsEmpty))
        {
            (kind.AnyModel || !kind.Models.IsEmpty).ShouldBeTrue(kind.Name);
        }
    }

    [Fact]
    public void Cohere_has_its_two_apis_under_one_base_url()
    {
        Kind("cohere").Operations[Operations.Chat].ShouldBe("/compatibility/v1/chat/completions");
        Kind("cohere").Operations[Operations.Rerank].ShouldBe("/v2/rerank");
    }

    [Fact]
    public void Operations_listed_by_name_have_their_default_paths() =>
        Kind("groq").Operations[Operations.Transcriptions].ShouldBe("/audio/transcriptions");

    [Fact]
    public void The_simulator_speaks_every_operation()
    {
        var simulator = Kind("simulator");
        simulator.InProcess.ShouldBeTrue();
        simulator.Credential.ShouldBe(CredentialForm.None);
        Operations.All
            .Except([Operations.Models, Operations.AnthropicModels]) // answered by the gateway itself
            .ShouldAllBe(operation => simulator.Operations.ContainsKey(operation));
        simulator.Operations[Operations.Messages].ShouldBe("/v1/messages");
        simulator.Operations[Operations.Rerank].ShouldBe("/v2/rerank");
    }

    [Theory]
    [InlineData("openai", "openai")]
    [InlineData("azure-openai", "azure.openai")]
    [InlineData("aws-bedrock", "aws.bedrock")]
    [InlineData("gcp-vertex", "gcp.vertex_ai")]
    [InlineData("mistral", "mistral_ai")]
    [InlineData("xai", "x_ai")]
    [InlineData("groq", "groq")]
    [InlineData("gemini-native", "gcp.gemini")]
    public void Metrics_name_it_as_the_conventions_do(string kind, string metricName) => Kind(kind).MetricName.ShouldBe(metricName);

    [Fact]
    public void Mistral_is_not_sent_stream_options()
    {
        Kind("mistral").StreamOptions.ShouldBeFalse();
        Kind("openai").StreamOptions.ShouldBeTrue();
    }

    [Fact]
    public void A_mistake_in_a_catalogue_is_named_with_its_place()
    {
        const string Text = "mine:\n  title: Mine\n  credential: Beerer\n  operations: [chat, chatt]\n";
        var message = Should.Throw<FormatException>(() => Catalogue.Parse(Text, "c.yaml")).Message;

        message.ShouldContain("c.yaml:3:15: the catalogue.mine.credential must be one of None, Bearer");
        message.ShouldContain("c.yaml:4:22:");
    }

    [Fact]
    public void A_name_is_given_once()
    {
        const string Text = "a: { title: A, credential: None }\nb: { title: B, credential: None, aliases: [a] }\n";
        Should.Throw<FormatException>(() => Catalogue.Parse(Text, "c.yaml")).Message.ShouldBe("c.yaml:2:1: the name 'a' is taken by another kind: choose another name or alias");
    }

    [Theory]
    [InlineData("global", "aiplatform.googleapis.com")]
    [InlineData("us", "aiplatform.us.rep.googleapis.com")]
    [InlineData("eu", "aiplatform.eu.rep.googleapis.com")]
    [InlineData("us-east5", "us-east5-aiplatform.googleapis.com")]
    public void Vertex_has_a_host_for_each_location(string location, string host)
    {
        CloudHosts.VertexAI(location).ShouldBe(host);
        CloudHosts.Expand(Kind("gcp-anthropic"), null, "p", location)!.Host.ShouldBe(host);
    }

    [Fact]
    public void A_region_goes_into_the_host()
    {
        CloudHosts.Expand(Kind("aws-anthropic"), "eu-west-1", null, null)!.ToString().ShouldBe("https://bedrock-runtime.eu-west-1.amazonaws.com/");
        CloudHosts.Expand(Kind("aws-anthropic"), null, null, null).ShouldBeNull();
        CloudHosts.Expand(Kind("azure-openai"), null, null, null).ShouldBeNull();
    }
}
