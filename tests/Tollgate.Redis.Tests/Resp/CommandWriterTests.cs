using System.Text;
using Tollgate.Redis.Cluster;
using Tollgate.Redis.Connections;
using Tollgate.Redis.Resp;

namespace Tollgate.Redis.Tests.Resp;

/// <summary>Commands as they go out.</summary>
public sealed class CommandWriterTests
{
    [Fact]
    public void A_command_is_an_array_of_bulk_strings() =>
        Encoding.UTF8.GetString(Commands.Of("SET", "clé", "")).ShouldBe("*3\r\n$3\r\nSET\r\n$4\r\nclé\r\n$0\r\n\r\n");

    [Fact]
    public void Texts_larger_than_the_first_room_are_written_whole()
    {
        Span<byte> small = stackalloc byte[16];
        foreach (var size in Enumerable.Range(0, 40).Concat([255, 256, 257, 1000, 70_000]))
        {
            var writer = new CommandWriter(small);
            writer.Begin(2);
            writer.Text(new string('x', size));
            writer.Number(long.MinValue);
            Encoding.UTF8.GetString(writer.ToArrayAndFree()).ShouldBe($"*2\r\n${size}\r\n{new string('x', size)}\r\n$20\r\n-9223372036854775808\r\n");
        }
    }

    [Theory]
    [InlineData("123456789", 12739)] // the check value of the cluster specification: 31C3
    [InlineData("", 0)]
    [InlineData("foo", 12182)]
    [InlineData("{user1000}.following", 3443)]
    [InlineData("{user1000}.followers", 3443)]
    [InlineData("user1000", 3443)]
    public void Keys_are_in_the_slots_of_the_specification(string key, int slot) => HashSlot.Of(Encoding.UTF8.GetBytes(key)).ShouldBe(slot);

    [Fact]
    public void Only_the_first_braces_with_something_between_them_count()
    {
        Slot("foo{}{bar}").ShouldBe(HashSlot.Of("foo{}{bar}"u8));
        Slot("foo{}{bar}").ShouldNotBe(Slot("bar"));
        Slot("foo{{bar}}zap").ShouldBe(Slot("{bar"));
        Slot("foo{bar}{zap}").ShouldBe(Slot("bar"));
        static int Slot(string key) => HashSlot.Of(Encoding.UTF8.GetBytes(key));
    }
}
