using StreamWorker.Testing.Running;

namespace StreamWorker.Testing.Tests.Running;

public sealed class WorkPumpTests
{
    [Fact]
    public void Callbacks_run_in_the_order_in_which_they_were_posted_and_so_does_what_they_post()
    {
        var pump = new WorkPump();
        var context = new PumpContext(pump);
        var ran = new List<int>();
        context.Post(
            _ =>
            {
                ran.Add(1);
                Assert.IsType<PumpContext>(SynchronizationContext.Current).Post(_ => ran.Add(3), null);
            },
            null);
        context.Post(_ => ran.Add(2), null);
        pump.RunReady(TestContext.Current.CancellationToken);
        Assert.Equal([1, 2, 3], ran);
    }

    [Fact]
    public void Seed_gives_the_same_order_every_time_and_seeds_differ()
    {
        Assert.Equal(Order(1), Order(1));
        Assert.Equal(8, Enumerable.Range(1, 8).Select(seed => string.Join(' ', Order(seed))).Distinct(StringComparer.Ordinal).Count());

        static List<int> Order(int seed)
        {
            var pump = new WorkPump(seed);
            var context = new PumpContext(pump);
            var ran = new List<int>();
            for (var i = 0; i < 20; i++)
            {
                var number = i;
                context.Post(_ => ran.Add(number), null);
            }

            pump.RunReady(TestContext.Current.CancellationToken);
            return ran;
        }
    }

    [Fact]
    public void Awaits_come_back_to_their_context_whatever_thread_completes_them()
    {
        var pump = new WorkPump();
        var context = new PumpContext(pump);
        var source = new TaskCompletionSource();
        SynchronizationContext? after = null;
        context.Post(
            _ => _ = WaitAsync(),
            null);
        pump.RunReady(TestContext.Current.CancellationToken);
        var before = pump.ForeignPosts;
        var thread = new Thread(source.SetResult);
        thread.Start();
        thread.Join();
        Assert.Equal(before + 1, pump.ForeignPosts);
        Assert.Null(after);
        pump.RunReady(TestContext.Current.CancellationToken);
        Assert.Same(context, after);

        async Task WaitAsync()
        {
            await source.Task;
            after = SynchronizationContext.Current;
        }
    }

    [Fact]
    public async Task Wait_ends_with_a_post_that_comes_after_or_before_it()
    {
        var pump = new WorkPump();
        var context = new PumpContext(pump);
        pump.RunReady(TestContext.Current.CancellationToken);
        var waiting = pump.WakingAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        context.Post(static _ => { }, null);
        await waiting;
        await pump.WakingAsync(TestContext.Current.CancellationToken);
        pump.RunReady(TestContext.Current.CancellationToken);
        waiting = pump.WakingAsync(TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        pump.Wake();
        await waiting;
    }

    [Fact]
    public void Closed_context_swallows_what_is_posted_and_what_was()
    {
        var pump = new WorkPump();
        var context = new PumpContext(pump);
        var other = new PumpContext(pump);
        var ran = new List<string>();
        context.Post(_ => context.Close(), null);
        context.Post(_ => ran.Add("posted before"), null);
        other.Post(_ => ran.Add("other"), null);
        pump.RunReady(TestContext.Current.CancellationToken);
        context.Post(_ => ran.Add("posted after"), null);
        pump.RunReady(TestContext.Current.CancellationToken);
        Assert.Equal(["other"], ran);
    }

    [Fact]
    public void Error_of_a_callback_comes_out_and_the_others_still_run_later()
    {
        var pump = new WorkPump();
        var context = new PumpContext(pump);
        var ran = false;
        context.Post(static _ => throw new IOException("no"), null);
        context.Post(_ => ran = true, null);
        Assert.Equal("no", Assert.Throws<IOException>(() => pump.RunReady()).Message);
        Assert.Null(SynchronizationContext.Current as PumpContext);
        Assert.False(pump.IsRunning);
        pump.RunReady(TestContext.Current.CancellationToken);
        Assert.True(ran);
    }

    [Fact]
    public void Pump_that_runs_cannot_be_run_by_a_callback_or_sent_to_by_a_stranger()
    {
        var pump = new WorkPump();
        var context = new PumpContext(pump);
        var sent = false;
        context.Post(
            _ =>
            {
                context.Send(_ => sent = true, null);
                Assert.Throws<InvalidOperationException>(() => pump.RunReady());
            },
            null);
        pump.RunReady(TestContext.Current.CancellationToken);
        Assert.True(sent);
        Assert.Throws<NotSupportedException>(() => context.Send(static _ => { }, null));
    }
}
