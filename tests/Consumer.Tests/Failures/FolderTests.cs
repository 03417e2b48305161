using System.Text;
using System.Text.Json;
using StreamWorker.Consumer.Failures;
using StreamWorker.Contracts;

namespace StreamWorker.Consumer.Tests.Failures;

/// <summary>What is particular about a folder: names, files for people, and a crash at the worst moment.</summary>
public sealed class FolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("given-up-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task File_is_named_by_application_consumer_table_shard_and_positions()
    {
        await new FolderFailureDestination(_folder, "shop").DeliverAsync(GivenUp.Batch([GivenUp.Record(7), GivenUp.Record(9)]), Token);

        Assert.Equal(
            Path.Combine("shop", "search", "Orders", $"2026-01-31T12.00.00.000_{GivenUp.Shard}_{7:D40}-{9:D40}.json"),
            Path.GetRelativePath(_folder, Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories))));
    }

    [Fact]
    public async Task File_is_Lambdas_object_with_the_error_and_the_event_as_JSON()
    {
        await new FolderFailureDestination(_folder, "shop").DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token);

        using var json = JsonDocument.Parse(await File.ReadAllTextAsync(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories)[0], Token));
        Assert.Equal(
            ["requestContext", "responseContext", "version", "timestamp", "DDBStreamBatchInfo", "error", "payload"],
            json.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal("IOException: no", json.RootElement.GetProperty("error").GetString());
        Assert.Equal("o-1", json.RootElement.GetProperty("payload").GetProperty("Records")[0].GetProperty("dynamodb").GetProperty("Keys").GetProperty("id").GetProperty("S").GetString());
    }

    [Fact]
    public async Task Crash_between_writing_and_renaming_leaves_nothing_to_be_seen_and_the_next_delivery_works()
    {
        var crashing = new FolderFailureDestination(_folder, "shop") { BeforeRename = () => throw new IOException("crash") };
        await Assert.ThrowsAsync<IOException>(async () => await crashing.DeliverAsync(GivenUp.Batch([GivenUp.Record(7, 100_000)]), Token));
        Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));

        var after = new FolderFailureDestination(_folder, "shop");
        Assert.Empty(await ListAsync(after));
        await after.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token);

        Assert.Single(await ListAsync(after));
        Assert.EndsWith(".json", Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories)));
    }

    [Fact]
    public async Task Half_a_file_never_has_the_name_even_with_two_writers_of_the_same_batch()
    {
        var second = new FolderFailureDestination(_folder, "shop");
        var refused = false;
        var first = new FolderFailureDestination(_folder, "shop")
        {
            BeforeRename = async () =>
            {
                await Assert.ThrowsAnyAsync<IOException>(async () => await second.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token));
                refused = true;
            },
        };

        await first.DeliverAsync(GivenUp.Batch([GivenUp.Record(7)]), Token);

        Assert.True(refused);
        Assert.Single(await ListAsync(first));
    }

    [Fact]
    public async Task Other_files_in_the_folder_are_listed_with_their_fault()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "notes.json"), "{}", Token);
        await File.WriteAllTextAsync(Path.Combine(_folder, "notes.txt"), "not ours at all", Token);

        var other = Assert.Single(await ListAsync(new FolderFailureDestination(_folder, "shop")));

        Assert.Equal(("notes.json", "it has no DDBStreamBatchInfo: it was not written for records of a DynamoDB stream"), (other.Id, other.Fault));
    }

    [Fact]
    public async Task Name_that_leads_out_of_the_folder_is_refused()
    {
        var outside = Path.Combine(Path.GetDirectoryName(_folder)!, "outside.json");
        var folder = new FolderFailureDestination(_folder, "shop");

        await Assert.ThrowsAsync<InvalidDataException>(async () => await folder.DeleteAsync(new ArchivedBatch(outside, null), Token));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await folder.ReadAsync(new ArchivedBatch("../outside.json", null), Token));
    }

    [Fact]
    public async Task Check_makes_the_folder_and_leaves_nothing_in_it()
    {
        var missing = Path.Combine(_folder, "not", "yet");

        await new FolderFailureDestination(missing, "shop").CheckAsync(Token);

        Assert.Empty(Directory.GetFiles(missing));
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "", Token);
        await Assert.ThrowsAnyAsync<IOException>(async () => await new FolderFailureDestination(Path.Combine(_folder, "file"), "shop").CheckAsync(Token));
    }

    [Fact]
    public async Task Text_that_is_not_UTF8_is_kept_byte_by_byte()
    {
        var page = Encoding.UTF8.GetBytes($$"""{"Records":[{{GivenUp.Record(7)}}]}""");
        page[page.AsSpan().IndexOf("nnn"u8)] = 0xff;
        var folder = new FolderFailureDestination(_folder, "shop");

        await folder.DeliverAsync(GivenUp.Batch(page), Token);

        using var read = await folder.ReadAsync(Assert.Single(await ListAsync(folder)), Token);
        Assert.Contains((byte)0xff, read!.Records[0].Utf8Json.ToArray());
    }

    private static async Task<List<ArchivedBatch>> ListAsync(IFailureArchive archive)
    {
        var all = new List<ArchivedBatch>();
        await foreach (var batch in archive.ListAsync(Token))
            all.Add(batch);
        return all;
    }
}
