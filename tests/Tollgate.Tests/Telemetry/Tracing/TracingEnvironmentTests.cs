using Tollgate.Configuration;
using Tollgate.Telemetry.Tracing;

namespace Tollgate.Tests.Telemetry.Tracing;

public sealed class TracingEnvironmentTests
{
    [Fact]
    public void Nothing_that_users_wrote_is_captured_unless_somebody_says_so()
    {
        Read().ShouldBe(new TracingOptions());
        Read(("TOLLGATE_TRACING_SEMCONV", "openinference")).ShouldBe(new TracingOptions { Convention = TracingConvention.OpenInference });
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("span_and_event", true)]
    [InlineData("SPAN_ONLY", true)]
    [InlineData("false", false)]
    [InlineData("no_content", false)]
    [InlineData("event_only", false)]
    [InlineData("", false)]
    public void The_standard_variable_switches_capture(string value, bool captured)
    {
        var options = Read(("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", value));
        (options.Inputs, options.Outputs).ShouldBe((captured, captured));
    }

    [Fact]
    public void OpenInference_shows_what_is_said_not_to_be_hidden()
    {
        var options = Read(("TOLLGATE_TRACING_SEMCONV", "openinference"), ("OPENINFERENCE_HIDE_INPUTS", "false"), ("OPENINFERENCE_BASE64_IMAGE_MAX_LENGTH", "100"));
        (options.Inputs, options.Outputs, options.Media, options.MaxMedia).ShouldBe((true, false, true, 100));
    }

    [Theory]
    [InlineData("OPENINFERENCE_HIDE_INPUTS")]
    [InlineData("OPENINFERENCE_HIDE_INPUT_MESSAGES")]
    [InlineData("OPENINFERENCE_HIDE_INPUT_TEXT")]
    [InlineData("OPENINFERENCE_HIDE_PROMPTS")]
    public void Whoever_hides_a_part_hides_it_whatever_else_is_set(string variable)
    {
        var options = Read(("TOLLGATE_TRACING_SEMCONV", "openinference"), ("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true"), (variable, "true"));
        (options.Inputs, options.Outputs).ShouldBe((false, true));
    }

    [Theory]
    [InlineData("TOLLGATE_TRACING_SEMCONV", "genai", "write gen_ai or openinference")]
    [InlineData("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "perhaps", "write true or false")]
    [InlineData("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "-1", "write a whole number of characters")]
    public void A_value_that_means_nothing_stops_the_start_and_names_the_mend(string variable, string value, string mend)
    {
        var problem = Should.Throw<ConfigurationException>(() => Read((variable, value))).Problems.ShouldHaveSingleItem();
        problem.ToString().ShouldStartWith(variable + ": ");
        problem.Message.ShouldContain(mend);
    }

    private static TracingOptions Read(params (string Name, string Value)[] variables) =>
        TracingEnvironment.Read(name => variables.Where(v => v.Name == name).Select(v => v.Value).FirstOrDefault());
}
