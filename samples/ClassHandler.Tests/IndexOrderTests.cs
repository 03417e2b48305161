using System.Net;
using Microsoft.Extensions.DependencyInjection;
using StreamWorker.Consumer.Hosting;
using StreamWorker.Testing;

namespace StreamWorker.Samples.ClassHandler.Tests;

public sealed class IndexOrderTests : IAsyncDisposable
{
    private readonly SearchIndex _index = new();
    private readonly StreamHarness _harness;

    public IndexOrderTests() => _harness = StreamHarness.Create(
        consumer => consumer.FromTable("Orders").Handle<IndexOrder>(),
        services => services.AddHttpClient<SearchClient>(client => client.BaseAddress = new Uri("http://search/")).ConfigurePrimaryHttpMessageHandler(() => _index));

    [Fact]
    public async Task Index_follows_the_table()
    {
        _harness.Table.Put(new TestItem().With("id", "o-1").With("total", 12.5m));
        _harness.Table.Put(new TestItem().With("id", "o-2").With("total", 7m));
        _harness.Table.Update(new TestItem().With("id", "o-1").With("total", 13m));
        _harness.Table.Delete(new TestItem().With("id", "o-2"));

        await _harness.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal("""{"id":"o-1","total":13}""", Assert.Single(_index.Documents).Value);
        Assert.Equal(4, _harness.Handled.Count);
        Assert.Empty(_harness.Retried);
    }

    [Fact]
    public async Task Order_is_indexed_when_the_index_is_back()
    {
        var since = _harness.Time.GetUtcNow();
        _index.Refuses = _ => _harness.Time.GetUtcNow() - since < TimeSpan.FromMinutes(1) ? HttpStatusCode.ServiceUnavailable : null;
        _harness.Table.Put(new TestItem().With("id", "o-1").With("total", 12.5m));

        await _harness.AdvanceAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken); // Two minutes of the harness's time, some milliseconds of yours.

        DeliveredRecord retried = Assert.Single(_harness.Retried);
        Assert.IsType<HttpRequestException>(retried.Errors[0]);
        Assert.Equal(1, retried.TimesHandled);
        Assert.True(_index.Documents.ContainsKey("o-1"));
    }

    [Fact]
    public async Task Poisonous_order_holds_up_what_is_behind_it_and_is_named()
    {
        _index.Refuses = request => request.RequestUri!.AbsolutePath.EndsWith("/o-1", StringComparison.Ordinal) ? HttpStatusCode.BadRequest : null;
        _harness.Table.Put(new TestItem().With("id", "o-1"));
        _harness.Table.Put(new TestItem().With("id", "o-2"));

        await _harness.SettleAsync(TestContext.Current.CancellationToken);

        DeliveredRecord failed = Assert.Single(_harness.Failed);
        Assert.Equal("o-1", failed.Record.Keys.GetString("id"));
        Assert.Equal(5, failed.Attempts); // StreamHarnessOptions.MaximumAttempts; a worker tries on.
        Assert.Empty(_harness.Handled);
    }

    [Fact]
    public async Task Second_delivery_does_no_harm()
    {
        _harness.Table.Put(new TestItem().With("id", "o-1").With("total", 12.5m));
        _harness.FailNext(afterHandler: true); // The document is written, and the record fails all the same.

        await _harness.DrainAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2, Assert.Single(_harness.Handled).Attempts);
        Assert.Single(_index.Documents);
    }

    [Fact]
    public async Task Order_of_an_item_survives_a_killed_worker_and_a_rolled_shard()
    {
        _harness.Table.Put(new TestItem().With("id", "o-1").With("total", 1m));
        _harness.Table.RollShard();
        _harness.Table.Update(new TestItem().With("id", "o-1").With("total", 2m));
        _harness.OnHandling = (record, _) =>
        {
            _harness.OnHandling = null;
            _harness.KillWorker(); // As SIGKILL would, with the first record in the handler.
            return default;
        };

        await _harness.DrainAsync(TestContext.Current.CancellationToken); // With a new worker, once the old one's lease has run out.

        Assert.Equal("""{"id":"o-1","total":2}""", Assert.Single(_index.Documents).Value);
    }

    public ValueTask DisposeAsync()
    {
        _index.Dispose();
        return _harness.DisposeAsync();
    }
}
