using System.Buffers;
using System.Text;
using Tollgate.Protocols.Json;

namespace Tollgate.Protocols.Tests.Json;

public sealed class RentedWriterTests
{
    [Fact]
    public void It_is_kept_for_the_next_call()
    {
        var output = new ArrayBufferWriter<byte>(256);
        Allocations.Of(() => Write(output, "a")).ShouldBe(0);
    }

    [Fact]
    public void One_that_is_rented_inside_another_is_a_writer_of_its_own()
    {
        var (outer, inner) = (new ArrayBufferWriter<byte>(), new ArrayBufferWriter<byte>());
        using (var rented = RentedWriter.Checked(outer))
        {
            rented.Json.WriteStartArray();
            Write(inner, "inner");
            rented.Json.WriteStringValue("outer");
            rented.Json.WriteEndArray();
        }

        Text(outer).ShouldBe("[\"outer\"]");
        Text(inner).ShouldBe("[\"inner\"]");
    }

    [Fact]
    public void What_somebody_left_open_is_nothing_to_the_next()
    {
        var output = new ArrayBufferWriter<byte>();
        Should.Throw<InvalidOperationException>(() =>
        {
            using var rented = RentedWriter.Checked(output);
            rented.Json.WriteStartObject();
            rented.Json.WriteStringValue("a value without a name");
        });
        output.ResetWrittenCount();
        Write(output, "a");
        Text(output).ShouldBe("[\"a\"]");
    }

    [Fact]
    public void A_checked_one_throws_at_json_that_is_none_and_an_unchecked_one_does_not()
    {
        var output = new ArrayBufferWriter<byte>();
        Should.Throw<InvalidOperationException>(() =>
        {
            using var rented = RentedWriter.Checked(output);
            rented.Json.WriteEndObject();
        });
        output.ResetWrittenCount();
        using (var rented = RentedWriter.Unchecked(output)) rented.Json.WritePropertyName("a");
        Text(output).ShouldBe("\"a\":");
    }

    [Fact]
    public void Nobody_writes_with_one_that_was_given_back()
    {
        var rented = RentedWriter.Checked(new ArrayBufferWriter<byte>());
        var json = rented.Json;
        rented.Dispose();
        Should.Throw<InvalidOperationException>(() =>
        {
            json.WriteNullValue();
            json.Flush();
        });
    }

    private static void Write(IBufferWriter<byte> output, string text)
    {
        if (output is ArrayBufferWriter<byte> { WrittenCount: > 128 } full) full.ResetWrittenCount();
        using var rented = RentedWriter.Checked(output);
        rented.Json.WriteStartArray();
        rented.Json.WriteStringValue(text);
        rented.Json.WriteEndArray();
    }

    private static string Text(ArrayBufferWriter<byte> output) => Encoding.UTF8.GetString(output.WrittenSpan);
}
