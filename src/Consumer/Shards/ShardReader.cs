using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using StreamWorker.Diagnostics;

namespace StreamWorker.Consumer.Shards;

/// <summary>
/// Reads one shard from a position to its end and hands on every record exactly once, in order. It never reads further than its output takes, and only an
/// answer of the service without a next iterator ends the shard: an error never does.
/// </summary>
internal sealed partial class ShardReader(
    IStreamsClient client,
    StreamArn stream,
    Shard shard,
    ReaderTools tools,
    ReaderProgress progress,
    IGapSink gaps,
    ILogger logger)
{
    // One page without records may come before some that have.
    private const int EmptyPagesWhenCaughtUp = 2;

    private const string StartOfShard = "the start of the shard";

    // The service keeps records for 24 hours.
    private static readonly TimeSpan LeastRetention = TimeSpan.FromHours(23);

    // An iterator is good for 15 minutes from its issue.
    private static readonly TimeSpan IteratorLifetime = TimeSpan.FromMinutes(14);
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestBackoffWhenRefused = TimeSpan.FromSeconds(30);

    // Creation times are approximate: whole seconds at best, and minutes with emulators.
    private static readonly TimeSpan TimeSlack = TimeSpan.FromMinutes(1);

    private readonly ShardPages _pages = new(client, stream, shard.Id, tools, progress, logger);
    private SequenceNumber? _lastRead;
    private SequenceNumber? _trimmedBehind;
    private DateTimeOffset? _fromTime;
    private SequenceNumber? _at;
    private string? _iterator;
    private bool _isWarm;
    private bool _isTrimmed;
    private bool _hasExpired;
    private long _iteratorIssuedAt;
    private int _emptyPages;
    private int _failures;

    /// <summary>Reads until the shard's end, then completes the output. An error that nothing here can mend completes it with that error.</summary>
    /// <returns>True when the shard was read to its end.</returns>
    public async Task<bool> ReadAsync(ReadPosition start, ChannelWriter<RecordPage> output, CancellationToken cancellationToken)
    {
        _lastRead = start.After;
        _fromTime = start.After is null ? start.FromTime : null;
        _at = start.At;
        _iterator = start.After is null ? start.WarmIterator : null;
        _isWarm = _iterator is not null;
        _iteratorIssuedAt = tools.Time.GetTimestamp();
        using var reading = _pages.Begin(_iterator is { } warm ? ReadPlace.Of(warm) : Place);
        try
        {
            while (await output.WaitToWriteAsync(cancellationToken))
            {
                if (await TryReadPageAsync(cancellationToken) is not { } page)
                    continue;
                var next = page.NextShardIterator;
                var pause = PollingSchedule.Next(page.Records.Count, page.SizeInBytes, _emptyPages, shard.IsClosed, _lastRead is not null, tools.MaximumPollInterval);
                await HandOnAsync(page, output, cancellationToken);
                if (next is null)
                {
                    await ReportRestAsync(cancellationToken);
                    output.TryComplete();
                    return true;
                }

                if (pause > TimeSpan.Zero)
                    await _pages.PauseAsync(pause, cancellationToken);
            }

            output.TryComplete();
        }
        catch (Exception e)
        {
            output.TryComplete(e);
        }

        return false;
    }

    private IteratorStart Start => _lastRead is { } last ? IteratorStart.After(last) : _at is { } at ? IteratorStart.At(at) : IteratorStart.TrimHorizon;

    private ReadPlace Place => _lastRead is null && _at is { } at ? ReadPlace.At(at) : ReadPlace.Behind(_lastRead);

    /// <summary>Gets one page, or null after a failure that has been dealt with.</summary>
    private async ValueTask<RecordPage?> TryReadPageAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (_pages.TryTake() is { } answer)
                return Accept(answer);
            if (_iterator is not null && tools.Time.GetElapsedTime(_iteratorIssuedAt) > IteratorLifetime)
                ForgetIterator();
            if (_iterator is null)
            {
                _iteratorIssuedAt = tools.Time.GetTimestamp();
                _iterator = await client.GetShardIteratorAsync(stream, shard.Id, Start, cancellationToken);
            }

            return Accept(await _pages.ReadAsync(_iterator, cancellationToken));
        }
        catch (StreamServiceException e)
        {
            await RecoverAsync(e, cancellationToken);
            return null;
        }
    }

    /// <summary>The next iterator is taken behind the last record that was read.</summary>
    private void ForgetIterator()
    {
        _iterator = null;
        _isWarm = false;
        _pages.Restart(Place);
    }

    private RecordPage Accept(SharedAnswer answer)
    {
        var page = answer.Page;
        _iterator = page.NextShardIterator;
        _iteratorIssuedAt = answer.ReadAt;
        _failures = 0;
        _hasExpired = false;
        _emptyPages = page.Records.Count == 0 ? _emptyPages + 1 : 0;
        progress.Answered(tools.Time.GetTimestamp(), _emptyPages >= EmptyPagesWhenCaughtUp ? _iteratorIssuedAt : 0);
        return page;
    }

    private async ValueTask HandOnAsync(RecordPage page, ChannelWriter<RecordPage> output, CancellationToken cancellationToken)
    {
        if (page.Records.Count == 0)
        {
            page.Dispose();
            return;
        }

        var wasTrimmed = _isTrimmed;
        page.SkipFirst(CountReadBefore(page));
        if (wasTrimmed && !_isTrimmed)
        {
            try
            {
                await ReportAsync(page.Records[0].SequenceNumber, page, cancellationToken);
            }
            catch
            {
                page.Dispose();
                throw;
            }
        }

        if (page.Records.Count > 0)
        {
            _lastRead = page.Records[^1].SequenceNumber;
            page.SkipFirst(CountBeforeStart(page));
        }

        if (!output.TryWrite(page))
            page.Dispose();
    }

    /// <summary>Reports a gap, and goes on behind it if that is wanted: else this gives back what was read and kept behind it, and waits until reading is stopped.</summary>
    private async ValueTask ReportAsync(SequenceNumber? before, RecordPage? behind, CancellationToken cancellationToken)
    {
        if (await gaps.ReportAsync(shard.Id, _trimmedBehind, before, cancellationToken))
            return;
        behind?.Dispose();
        _pages.Leave();
        progress.Held($"records of {shard.Id} behind {_trimmedBehind?.ToString() ?? StartOfShard} are lost, and OnGap is Stop: what follows is not read");
        await Task.Delay(Timeout.InfiniteTimeSpan, tools.Time, cancellationToken);
    }

    /// <summary>Reports a gap that reaches to the end of the shard.</summary>
    private async ValueTask ReportRestAsync(CancellationToken cancellationToken)
    {
        if (!_isTrimmed)
            return;
        _isTrimmed = false;
        LogRest(shard.Id, _trimmedBehind?.ToString() ?? StartOfShard);
        await ReportAsync(null, null, cancellationToken);
    }

    /// <summary>Counts the records that were handed on before the stream was said to be trimmed, and says what lies between those and the first other one.</summary>
    private int CountReadBefore(RecordPage page)
    {
        if (!_isTrimmed)
            return 0;
        var skip = 0;
        while (skip < page.Records.Count && _trimmedBehind is { } behind && page.Records[skip].SequenceNumber <= behind)
            skip++;
        if (skip == page.Records.Count)
            return skip;
        _isTrimmed = false;
        LogGap(shard.Id, _trimmedBehind?.ToString() ?? StartOfShard, page.Records[skip].SequenceNumber);
        return skip;
    }

    /// <summary>Counts the records that were created before the start time. Once one is at or after it, all that follow are delivered.</summary>
    private int CountBeforeStart(RecordPage page)
    {
        if (_fromTime is not { } start)
            return 0;
        // A warm iterator was taken after the start time: whatever it leads to is wanted.
        var first = _isWarm ? DateTimeOffset.MinValue : start - TimeSlack;
        var skip = 0;
        while (skip < page.Records.Count && TimeOf(page.Records[skip]) < first)
            skip++;
        if (skip < page.Records.Count)
            _fromTime = null;
        return skip;
    }

    private static DateTimeOffset TimeOf(StreamRecord record)
    {
        try
        {
            return record.ApproximateCreationTime ?? DateTimeOffset.MaxValue;
        }
        catch (RecordFormatException)
        {
            // A record whose time cannot be read is delivered rather than passed over.
            return DateTimeOffset.MaxValue;
        }
    }

    /// <summary>Tells whether the shard is too young for any of its records to be forgotten, by the service's own time.</summary>
    private async ValueTask<bool> IsYoungAsync(CancellationToken cancellationToken)
    {
        if (shard.Id.CreatedAt is not { } created)
            return false;
        try
        {
            var answer = await client.DescribeStreamAsync(stream, null, shard.Id, cancellationToken);
            return answer.ServiceTime is { } now && now - created < LeastRetention;
        }
        catch (StreamServiceException)
        {
            return false;
        }
    }

    private async ValueTask RecoverAsync(StreamServiceException error, CancellationToken cancellationToken)
    {
        switch (error.Kind)
        {
            case StreamErrorKind.ExpiredIterator:
                ForgetIterator();
                LogExpired(shard.Id, _lastRead);
                if (_hasExpired)
                    break;
                _hasExpired = true;
                return;
            case StreamErrorKind.Trimmed when _lastRead is null && _at is null && !_isTrimmed && await IsYoungAsync(cancellationToken):
                // An iterator that was taken before the shard's first record can be refused so, and nothing is missing.
                ForgetIterator();
                break;
            case StreamErrorKind.Trimmed:
                _trimmedBehind = _lastRead ?? _trimmedBehind;
                _isTrimmed = true;
                LogTrimmed(shard.Id, _trimmedBehind?.ToString() ?? StartOfShard, error.Message);
                (_lastRead, _at) = (null, null);
                ForgetIterator();
                break;
            case StreamErrorKind.NotFound:
                throw new ShardVanishedException(error.Message, error);
            default:
                break;
        }

        _failures++;
        progress.Failed(error.Message);
        var longest = error.Kind is StreamErrorKind.AccessDenied or StreamErrorKind.InvalidRequest ? LongestBackoffWhenRefused : LongestBackoff;
        var delay = Backoff.Next(_failures, FirstBackoff, longest, tools.Entropy.Next());
        LogFailed(shard.Id, _failures, delay, error.ErrorCode ?? error.Kind.ToString(), error.Message);
        await _pages.BackOffAsync(error.Kind, delay, cancellationToken);
    }

    [LoggerMessage(2001, LogLevel.Warning, "Reading {Shard} failed {Failures} times in a row, next try in {Delay}: {Code}: {Reason}")]
    private partial void LogFailed(ShardId shard, int failures, TimeSpan delay, string code, string reason);

    [LoggerMessage(2005, LogLevel.Critical, "What is lost of {Shard} reaches from {Position} to the end of the shard.")]
    private partial void LogRest(ShardId shard, string position);

    [LoggerMessage(2002, LogLevel.Debug, "The iterator of {Shard} has expired; reading goes on behind {LastRead}.")]
    private partial void LogExpired(ShardId shard, SequenceNumber? lastRead);

    [LoggerMessage(2003, LogLevel.Critical, "Records of {Shard} are lost: the stream no longer has those behind {Position}. ({Reason})")]
    private partial void LogTrimmed(ShardId shard, string position, string reason);

    [LoggerMessage(2004, LogLevel.Critical, "What is lost of {Shard} lies between {Position} and {FirstLeft}, the oldest record that the stream still has.")]
    private partial void LogGap(ShardId shard, string position, SequenceNumber firstLeft);
}
