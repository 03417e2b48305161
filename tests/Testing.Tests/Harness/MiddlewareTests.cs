using StreamWorker.Diagnostics;
using StreamWorker.Middleware;

namespace StreamWorker.Testing.Tests.Harness;

/// <summary>The layers that come with the library keep the harness's time.</summary>
public sealed class MiddlewareTests
{
    [Fact]
    public async Task Retries_in_place_take_no_real_time_and_are_one_delivery()
    {
        await using var harness = StreamHarness.Create(consumer => consumer
            .UseRetry(retry => (retry.MaxRetries, retry.Delay, retry.MaxDelay) = (3, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30)))
            .Handle((_, _, _) => default));
        harness.FailNext(times: 3);
        harness.PutOrder("o-1");
        var before = harness.Time.GetTimestamp();
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Handled"], harness.Deliveries.Lines());
        Assert.True(harness.Time.GetElapsedTime(before) > TimeSpan.FromMinutes(20));
    }

    [Fact]
    public async Task Time_out_is_reached_while_a_handler_waits_for_the_clock_and_the_record_comes_again()
    {
        var isSlow = true;
        StreamHarness? harness = null;
        await using (harness = StreamHarness.Create(consumer => consumer
            .UseTimeout(TimeSpan.FromSeconds(30))
            .Handle(async (_, _, cancellationToken) =>
            {
                var delay = isSlow ? TimeSpan.FromMinutes(5) : TimeSpan.FromSeconds(5);
                isSlow = false;
                await Task.Delay(delay, harness!.Time, cancellationToken);
            })))
        {
            harness.PutOrder("o-1");
            await harness.DrainAsync(Orders.Cancellation);
            Assert.IsType<HandlerTimeoutException>(Assert.Single(Assert.Single(harness.Handled).Errors));
        }
    }

    [Fact]
    public async Task Time_out_does_not_cut_off_real_input_and_output()
    {
        await using var server = new EchoServer();
        await using var harness = StreamHarness.Create(consumer => consumer
            .UseTimeout(TimeSpan.FromMilliseconds(1))
            .Handle(async (_, _, cancellationToken) => await server.AskAsync(1, cancellationToken)));
        harness.PutOrder("o-1");
        await harness.DrainAsync(Orders.Cancellation);
        Assert.Equal(["o-1 Handled"], harness.Deliveries.Lines());
    }
}
