using StreamWorker.Consumer.Hosting;
using StreamWorker.DynamoDb;

namespace StreamWorker.Worker.Configuration;

/// <summary>Reads the configuration section <c>StreamWorker</c>: the one place that knows all its keys.</summary>
internal static class WorkerSettings
{
    public const string SectionName = "StreamWorker";

    private static readonly Dictionary<string, StartingPosition> StartingPositions = new()
    {
        ["TRIM_HORIZON"] = StartingPosition.TrimHorizon,
        ["LATEST"] = StartingPosition.Latest,
    };

    private static readonly Dictionary<string, GapPolicy> GapPolicies = new()
    {
        ["Continue"] = GapPolicy.Continue,
        ["Stop"] = GapPolicy.Stop,
    };

    private static readonly Dictionary<string, FailurePolicy> FailurePolicies = new()
    {
        ["Lambda"] = FailurePolicy.Lambda,
        ["Isolate"] = FailurePolicy.Isolate,
    };

    private static readonly Dictionary<string, DestinationFailurePolicy> DestinationFailurePolicies = new()
    {
        ["Block"] = DestinationFailurePolicy.Block,
        ["Discard"] = DestinationFailurePolicy.Discard,
    };

    /// <summary>Opens the section; faults of everything that is read from it are added to <paramref name="faults"/>.</summary>
    public static SettingsSection Open(IConfiguration configuration, List<string> faults) => new(configuration.GetSection(SectionName), faults);

    public static SettingsSection Consumers(SettingsSection worker) => worker.Section("Consumers", "orders:TableName");

    public static SettingsSection Consumer(SettingsSection consumers, string name) => consumers.Section(name, "TableName");

    public static void Read(SettingsSection worker, StreamWorkerOptions options)
    {
        worker.Text(nameof(options.Application), value => options.Application = value);
        worker.Text(nameof(options.WorkerId), value => options.WorkerId = value);
        worker.Duration(nameof(options.LeaseDuration), value => options.LeaseDuration = value);
        worker.Duration(nameof(options.CheckpointInterval), value => options.CheckpointInterval = value);
        worker.Duration(nameof(options.DrainTimeout), value => options.DrainTimeout = value);
        worker.Duration(nameof(options.MaximumPollInterval), value => options.MaximumPollInterval = value);
        worker.Duration(nameof(options.RebalanceDelay), value => options.RebalanceDelay = value);
        worker.Duration(nameof(options.StallTimeout), value => options.StallTimeout = value);
        worker.Integer(nameof(options.MaximumBufferedMegabytes), value => options.MaximumBufferedMegabytes = value);
        worker.Integer(nameof(options.MaximumConcurrentReads), value => options.MaximumConcurrentReads = value);
        worker.Duration(nameof(options.DiscoveryInterval), value => options.DiscoveryInterval = value);
        worker.Boolean(nameof(options.AllowOperations), value => options.AllowOperations = value);
    }

    public static void Read(SettingsSection worker, DynamoDbOptions options)
    {
        worker.Text("LeaseTable", value => options.Leases.TableName = value);
        worker.Boolean("CreateTables", value => options.Leases.CreateTable = value);
    }

    public static void Read(SettingsSection consumer, ConsumerOptions options)
    {
        string? table = null;
        string? stream = null;
        consumer.Text(nameof(options.TableName), value => table = value);
        consumer.Text(nameof(options.StreamArn), value => stream = value);
        if (table is not null || stream is not null)
        {
            // A source in configuration replaces the one in code, whichever kind that is.
            options.TableName = table;
            options.StreamArn = stream;
        }

        consumer.Choice(nameof(options.StartingPosition), StartingPositions, value => options.StartingPosition = value);
        consumer.Choice(nameof(options.OnGap), GapPolicies, value => options.OnGap = value);
        consumer.Integer(nameof(options.BatchSize), value => options.BatchSize = value);
        consumer.Integer(nameof(options.MaximumBatchingWindowInSeconds), value => options.MaximumBatchingWindowInSeconds = value);
        consumer.Integer(nameof(options.ParallelizationFactor), value => options.ParallelizationFactor = value);
        ReadFilters(consumer, options);
        consumer.Integer(nameof(options.TumblingWindowInSeconds), value => options.TumblingWindowInSeconds = value);
        consumer.Boolean(nameof(options.Enabled), value => options.Enabled = value);
        ReadFailures(consumer, options);
    }

    private static void ReadFailures(SettingsSection consumer, ConsumerOptions options)
    {
        consumer.Choice(nameof(options.FailurePolicy), FailurePolicies, value => options.FailurePolicy = value);
        consumer.Integer(nameof(options.MaximumRetryAttempts), value => options.MaximumRetryAttempts = value);
        consumer.Integer(nameof(options.MaximumRecordAgeInSeconds), value => options.MaximumRecordAgeInSeconds = value);
        consumer.Boolean(nameof(options.BisectBatchOnFunctionError), value => options.BisectBatchOnFunctionError = value);
        consumer.Duration(nameof(options.RetryDelay), value => options.RetryDelay = value);
        consumer.Duration(nameof(options.MaximumRetryDelay), value => options.MaximumRetryDelay = value);
        ReadDestination(consumer, options);
        consumer.Choice(nameof(options.OnDestinationFailure), DestinationFailurePolicies, value => options.OnDestinationFailure = value);
        consumer.Boolean(nameof(options.SpillBeforeExpiry), value => options.SpillBeforeExpiry = value);
    }

    /// <summary>Reads Lambda's <c>DestinationConfig</c>. Its <c>OnSuccess</c> is none of an event source mapping.</summary>
    private static void ReadDestination(SettingsSection consumer, ConsumerOptions options)
    {
        var config = consumer.Section("DestinationConfig", "OnFailure:Destination");
        var onFailure = config.Section("OnFailure", "Destination");
        onFailure.Text("Destination", value => options.OnFailureDestination = value);
        onFailure.RejectOthers();
        config.RejectOthers();
    }

    private static void ReadFilters(SettingsSection consumer, ConsumerOptions options)
    {
        var criteria = consumer.Section(nameof(options.FilterCriteria), "Filters:0:Pattern");
        var filters = criteria.Section(nameof(FilterCriteria.Filters), "0:Pattern");
        criteria.RejectOthers();
        if (!filters.IsGiven)
            return;

        // Filters in configuration replace those in code.
        options.FilterCriteria.Filters.Clear();
        foreach (var index in filters.Names)
        {
            var filter = filters.Section(index, "Pattern");
            string? pattern = null;
            filter.Text(nameof(FilterCriterion.Pattern), value => pattern = value);
            filter.RejectOthers();
            if (pattern is not null)
                options.FilterCriteria.Filters.Add(new FilterCriterion(pattern));
            else
                filter.Fault(nameof(FilterCriterion.Pattern), null, "a filter needs a pattern, written as one text: \"{\\\"eventName\\\":[\\\"INSERT\\\"]}\" in JSON");
        }
    }
}
