using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Tollgate.Hosting;
using Tollgate.Tests.Limits;

namespace Tollgate.Tests.Hosting;

public sealed class BlockPoolTests
{
    [Fact]
    public void A_block_is_used_again_and_only_by_one_at_a_time()
    {
        using var pool = new BlockPool(mostKept: 4, TimeProvider.System);
        var first = pool.Rent(4096);
        var memory = first.Memory;
        memory.Length.ShouldBe(BlockPool.BlockSize);

        first.Dispose();
        first.Dispose();
        pool.Kept.ShouldBe(1);

        using var again = pool.Rent();
        using var other = pool.Rent();
        again.Memory.Equals(memory).ShouldBeTrue();
        other.Memory.Equals(memory).ShouldBeFalse();
    }

    [Fact]
    public void Keeps_no_more_blocks_than_it_may_and_none_when_it_is_closed()
    {
        var pool = new BlockPool(mostKept: 2, TimeProvider.System);
        IMemoryOwner<byte>[] rented = [pool.Rent(), pool.Rent(), pool.Rent(), pool.Rent()];
        foreach (var block in rented[..3]) block.Dispose();
        pool.Kept.ShouldBe(2);

        pool.Dispose();
        pool.Kept.ShouldBe(0);
        rented[3].Dispose();
        pool.Kept.ShouldBe(0);
    }

    [Fact]
    public void Gives_up_blocks_that_nobody_needed_for_a_while()
    {
        var time = new ManualTime();
        using var pool = new BlockPool(mostKept: 8, time);
        IMemoryOwner<byte>[] burst = [pool.Rent(), pool.Rent(), pool.Rent(), pool.Rent()];
        foreach (var block in burst) block.Dispose();

        time.Advance(BlockPool.Patience); // they have come back since the last look, so they were needed
        pool.Kept.ShouldBe(4);
        using (pool.Rent())
        {
            // One of four is still of use.
        }

        time.Advance(BlockPool.Patience);
        pool.Kept.ShouldBe(1);
    }

    [Fact]
    public void Lends_no_more_than_a_block()
    {
        using var pool = new BlockPool(mostKept: 1, TimeProvider.System);
        pool.MaxBufferSize.ShouldBe(BlockPool.BlockSize);
        Should.Throw<ArgumentOutOfRangeException>(() => pool.Rent(BlockPool.BlockSize + 1));
    }

    [Fact]
    public async Task The_host_receives_into_such_blocks()
    {
        await using var gateway = await TestGateway.StartAsync("providers: { openai: { url: 'http://127.0.0.1:9/v1', key: k } }");
        using var pool = gateway.Host.Services.GetRequiredService<IMemoryPoolFactory<byte>>().Create();
        pool.ShouldBeOfType<BlockPool>();
    }
}
