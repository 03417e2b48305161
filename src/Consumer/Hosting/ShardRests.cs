using StreamWorker.Consumer.Shards;

namespace StreamWorker.Consumer.Hosting;

/// <summary>
/// The shards that this worker leaves alone for a while: those whose work failed, longer after each failure, and those it gave up, for long enough that another
/// worker takes them. Owned by the loop of the <see cref="StreamSession"/>.
/// </summary>
internal sealed class ShardRests(TimeProvider time, Entropy entropy)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterGivingUp = TimeSpan.FromSeconds(30);

    private readonly Dictionary<ShardId, (int Failures, long Since, TimeSpan Pause)> _resting = [];
    private readonly HashSet<ShardId> _givenUp = [];

    public bool IsResting(ShardId shard) => _resting.TryGetValue(shard, out var rest) && time.GetElapsedTime(rest.Since) < rest.Pause;

    /// <summary>Asks to give a shard up. That is done once: another worker may have more luck with it, and if it has not, to and fro helps nobody.</summary>
    /// <returns>True when it may be given up.</returns>
    public bool TryGiveUp(ShardId shard) => _givenUp.Add(shard);

    /// <summary>The shard moves again, so it may be given up another time.</summary>
    public void Moves(ShardId shard) => _givenUp.Remove(shard);

    /// <summary>The work on a shard has ended.</summary>
    public void Ended(ShardId shard, ShardRunOutcome outcome)
    {
        switch (outcome)
        {
            case ShardRunOutcome.Released when _givenUp.Contains(shard):
                _resting[shard] = (0, time.GetTimestamp(), AfterGivingUp);
                break;
            case ShardRunOutcome.Faulted:
                var failures = _resting.GetValueOrDefault(shard).Failures + 1;
                _resting[shard] = (failures, time.GetTimestamp(), Backoff.Next(failures, FirstRetry, LongestRetry, entropy.Next()));
                break;
            default:
                _resting.Remove(shard);
                break;
        }
    }
}
