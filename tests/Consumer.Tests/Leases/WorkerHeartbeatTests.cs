namespace StreamWorker.Consumer.Tests;

public sealed class WorkerHeartbeatTests
{
    [Fact]
    public void Heartbeat_joins_and_beats_three_times_in_a_lease_duration() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        await world.PassAsync(30);
        Assert.InRange(rig.Beats.Count, 28, 34);
        Assert.Equal(Enumerable.Range(1, rig.Beats.Count).Select(i => (long)i), rig.Beats.Select(beat => beat.Beat));
        Assert.Single(rig.Beats.Select(beat => beat.Worker.Incarnation).Distinct());
        await rig.StopAsync();
    });

    [Fact]
    public void Validity_counts_from_before_the_heartbeat_was_sent_and_not_from_its_answer() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Store.OnBeat = async cancellationToken => await Waiting.ForTimeAsync(TimeSpan.FromSeconds(0.8), world.Clock, cancellationToken);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        var session = rig.Heartbeat.Session!;
        Assert.Equal(TimeSpan.FromSeconds(2.7 - 0.8), session.Remaining);
        rig.Store.IsCut = true;
        await world.UntilAsync(() => !session.IsValid);
        Assert.Equal(TimeSpan.FromSeconds(2.7), rig.Now);
        await rig.StopAsync();
    });

    [Fact]
    public void Owner_stops_before_an_observer_that_saw_its_last_heartbeat_at_once_may_take_over() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        await world.PassAsync(10);
        rig.Store.IsCut = true;
        var session = rig.Heartbeat.Session!;
        var seenAt = rig.Beats[^1].At;
        TimeSpan? stoppedAt = null;
        session.Lost.Register(() => stoppedAt = rig.Now);
        await world.UntilAsync(() => session.Lost.IsCancellationRequested);
        Assert.True(stoppedAt < seenAt + rig.LeaseDuration, $"{stoppedAt} {seenAt}");
        Assert.Equal(seenAt + (rig.LeaseDuration * 0.9), stoppedAt);
        await rig.StopAsync();
    });

    [Fact]
    public void Unreachable_store_costs_the_leases_at_their_deadline_even_while_a_heartbeat_hangs() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        var session = rig.Heartbeat.Session!;
        var hung = new TaskCompletionSource();
        rig.Store.OnBeat = async _ => await hung.Task;
        await world.UntilAsync(() => session.Lost.IsCancellationRequested);
        Assert.Equal(TimeSpan.FromSeconds(2.7), rig.Now);
        Assert.Null(rig.Heartbeat.Session);
        Assert.False(session.IsValid);
        rig.Store.OnBeat = null;
        hung.SetResult();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        Assert.NotEqual(session.Worker.Incarnation, rig.Heartbeat.Session!.Worker.Incarnation);
        Assert.False(session.IsValid);
        await rig.StopAsync();
    });

    [Fact]
    public void Heartbeat_that_is_not_answered_is_given_up_in_time_for_another_one() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        var session = rig.Heartbeat.Session!;
        var hangs = 1;
        rig.Store.OnBeat = async cancellationToken =>
        {
            if (hangs-- > 0)
                await Waiting.ForTimeAsync(Timeout.InfiniteTimeSpan, world.Clock, cancellationToken);
        };
        await world.PassAsync(10);
        Assert.True(session.IsValid);
        Assert.Contains(rig.Log.Collector.GetSnapshot(), entry => entry.Message.Contains("did not answer within 00:00:01", StringComparison.Ordinal));
        await rig.StopAsync();
    });

    [Fact]
    public void Fenced_worker_loses_its_leases_and_joins_as_another_incarnation() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        var session = rig.Heartbeat.Session!;
        await rig.Memory.FenceWorkerAsync("orders", (await rig.Memory.ListWorkersAsync("orders", default))[0], default);
        await world.UntilAsync(() => session.Lost.IsCancellationRequested, 2);
        await world.UntilAsync(() => rig.Heartbeat.Session is not null, 2);
        Assert.NotEqual(session.Worker.Incarnation, rig.Heartbeat.Session!.Worker.Incarnation);
        Assert.Equal(session.Worker.WorkerId, rig.Heartbeat.Session!.Worker.WorkerId);
        Assert.True(rig.Heartbeat.IsFormer(session.Worker.Incarnation));
        Assert.False(rig.Heartbeat.IsFormer(rig.Heartbeat.Session!.Worker.Incarnation));
        await rig.StopAsync();
    });

    [Fact]
    public void Worker_whose_row_was_removed_loses_its_leases() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        var session = rig.Heartbeat.Session!;
        await world.PassAsync(5);
        await rig.Memory.RemoveWorkerAsync("orders", session.Worker, default);
        await world.UntilAsync(() => session.Lost.IsCancellationRequested, 2);
        await rig.StopAsync();
    });

    [Fact]
    public void First_heartbeat_whose_answer_was_lost_is_sent_again_by_the_same_incarnation() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        var lost = 3;
        rig.Memory.OnCall = call => call.Operation == LeaseStoreOperation.Beat && lost-- > 0 ? LeaseStoreFault.ReplyLost() : null;
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        Assert.Single(await rig.Memory.ListWorkersAsync("orders", default));
        // The last of them may have been in the table for long: only the next number is a sign of life.
        Assert.Equal([1, 1, 1, 1, 2], rig.Beats.Select(beat => beat.Beat));
        await world.PassAsync(10);
        Assert.Null(rig.Heartbeat.Error);
        Assert.Single(await rig.Memory.ListWorkersAsync("orders", default));
        await rig.StopAsync();
    });

    [Fact]
    public void Number_that_may_have_been_in_the_table_for_long_is_no_sign_of_life() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Beats.Count > 2);
        var lost = 2;
        rig.Memory.OnCall = call => call.Operation == LeaseStoreOperation.Beat && lost-- > 0 ? LeaseStoreFault.ReplyLost() : null;
        await world.UntilAsync(() => lost < 0);
        // Each was applied; who repeated its number would count on a change that others saw long before.
        Assert.Equal(rig.Beats.Select(beat => beat.Beat).Distinct(), rig.Beats.Select(beat => beat.Beat));
        await rig.StopAsync();
    });

    [Fact]
    public void Store_that_fails_for_less_than_the_validity_costs_nothing() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        var session = rig.Heartbeat.Session!;
        await world.PassAsync(5);
        rig.Store.IsCut = true;
        await world.PassAsync(1.4);
        Assert.NotNull(rig.Heartbeat.Error);
        rig.Store.IsCut = false;
        await world.PassAsync(5);
        Assert.Same(session, rig.Heartbeat.Session);
        Assert.Null(rig.Heartbeat.Error);
        await rig.StopAsync();
    });

    [Fact]
    public void Heartbeat_that_fails_is_tried_again_within_a_second_however_long_leases_last() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world, leaseSeconds: 600);
        rig.Store.IsCut = true;
        rig.Start();
        await world.PassAsync(10);
        rig.Store.IsCut = false;
        await world.UntilAsync(() => rig.Heartbeat.Session is not null, 1.1);
        await rig.StopAsync();
    });

    [Fact]
    public void Suspended_machine_has_lost_its_leases_at_the_moment_it_wakes_up() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        await world.PassAsync(5);
        var session = rig.Heartbeat.Session!;
        world.Clock.WallJump = TimeSpan.FromMinutes(10);
        Assert.False(session.IsValid);
        await world.UntilAsync(() => session.Lost.IsCancellationRequested, 2);
        await world.UntilAsync(() => rig.Heartbeat.Session is { IsValid: true }, 2);
        Assert.Contains(rig.Log.Collector.GetSnapshot(), entry => entry.Level == LogLevel.Error && entry.Message.Contains("suspended", StringComparison.Ordinal));
        await rig.StopAsync();
    });

    [Fact]
    public void Wall_clock_that_is_corrected_a_little_costs_nothing() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        var session = rig.Heartbeat.Session!;
        world.Clock.WallJump = TimeSpan.FromSeconds(-0.9);
        await world.PassAsync(5);
        Assert.Same(session, rig.Heartbeat.Session);
        await rig.StopAsync();
    });

    [Fact]
    public void Callback_of_a_handler_that_throws_when_the_leases_are_lost_does_not_stop_the_heartbeat() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        var session = rig.Heartbeat.Session!;
        session.Lost.Register(() => throw new InvalidOperationException("handler"));
        rig.Store.IsCut = true;
        await world.UntilAsync(() => session.Lost.IsCancellationRequested);
        rig.Store.IsCut = false;
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        Assert.Contains(rig.Log.Collector.GetSnapshot(), entry => entry.Exception is AggregateException);
        await rig.StopAsync();
    });

    [Fact]
    public void Heartbeat_that_fails_in_the_moment_of_the_stop_is_no_fault() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Store.OnBeat = async _ =>
        {
            await Waiting.ForTimeAsync(TimeSpan.FromSeconds(0.5), world.Clock, CancellationToken.None);
            throw new LeaseStoreException("down", isTransient: true);
        };
        rig.Start();
        await world.PassAsync(0.1);
        await rig.StopAsync();
    });

    [Fact]
    public void Worker_that_leaves_removes_its_row_and_holds_nothing_any_more() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        rig.Start();
        await world.UntilAsync(() => rig.Heartbeat.Session is not null);
        var session = rig.Heartbeat.Session!;
        await rig.StopAsync();
        Assert.True(session.IsValid);
        await rig.Heartbeat.LeaveAsync(default);
        Assert.False(session.IsValid);
        Assert.Empty(await rig.Memory.ListWorkersAsync("orders", default));
    });

    [Fact]
    public void Worker_that_never_joined_leaves_without_a_word() => World.Run(async world =>
    {
        using var rig = new HeartbeatRig(world);
        await rig.Heartbeat.LeaveAsync(default);
        Assert.Empty(rig.Memory.Calls);
    });
}
