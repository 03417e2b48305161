namespace StreamWorker.Deploy.Tests;

public sealed class ChartConfigurationTests(Helm helm)
{
    private static string Worker =>
        Repository.PathOf($"artifacts/bin/StreamWorker.Worker/{Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))}/streamworker.dll");

    public static TheoryData<string> Examples => [.. Helm.Examples];

    [Theory, MemberData(nameof(Examples))]
    public async Task Worker_knows_every_key_and_accepts_every_value_of_an_example(string example)
    {
        var manifests = await helm.RenderAsync(example);

        // A key of our own that is wrong: the worker names all faults at once and ends, so any other would be named beside it.
        var result = await Command.RunAsync("dotnet", [Worker], [.. manifests.Environment.Select(variable => KeyValuePair.Create(variable.Key, (string?)variable.Value)),
            new("StreamWorker__Intruder", "1"), new("ASPNETCORE_HTTP_PORTS", "0")]);

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("the configuration has a fault:", result.Error, StringComparison.Ordinal);
        Assert.Contains("StreamWorker:Intruder", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_keys_become_environment_variables()
    {
        var environment = (await helm.RenderAsync("http-sidecar-values.yaml")).Environment;

        Assert.Equal("search", environment["StreamWorker__Application"]);
        Assert.Equal("500", environment["StreamWorker__Consumers__search__BatchSize"]);
        Assert.Equal("ReportBatchItemFailures", environment["StreamWorker__Consumers__search__FunctionResponseTypes__0"]);
        Assert.Equal("""{"eventName":["REMOVE"]}""", environment["StreamWorker__Consumers__search__FilterCriteria__Filters__1__Pattern"]);
        Assert.Equal("Http", environment["StreamWorker__Consumers__search__Handler__Type"]);
        Assert.Equal("false", environment["StreamWorker__Consumers__audit-trail__Enabled"]);
    }

    [Fact]
    public async Task Values_that_an_import_writes_are_the_charts_own()
    {
        var folder = Directory.CreateTempSubdirectory("streamworker-import-").FullName;
        try
        {
            var (template, values) = (Path.Combine(folder, "template.yaml"), Path.Combine(folder, "values.yaml"));
            await File.WriteAllTextAsync(template, """
                Resources:
                  Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: Orders } }
                  IndexOrders:
                    Type: AWS::Lambda::EventSourceMapping
                    Properties:
                      EventSourceArn: !GetAtt Table.StreamArn
                      StartingPosition: LATEST
                      BatchSize: 250
                      FunctionResponseTypes: [ReportBatchItemFailures]
                      Enabled: no
                """);
            var imported = await Command.RunAsync("dotnet", [Worker, "import", template, "--output", "helm", "--file", values, "--url", "http://localhost:9000/"], []);
            Assert.True(imported.ExitCode == 0, imported.Error);

            var rendered = await helm.RunAsync("template", "orders", Repository.Chart, "--values", values);

            Assert.True(rendered.ExitCode == 0, rendered.Error);
            foreach (var (setting, value) in new[] { ("TableName", "Orders"), ("StartingPosition", "LATEST"), ("BatchSize", "250"), ("FunctionResponseTypes__0", "ReportBatchItemFailures"), ("Enabled", "false"), ("Handler__Url", "http://localhost:9000/") })
                Assert.Contains($"StreamWorker__Consumers__IndexOrders__{setting}: \"{value}\"", rendered.Output, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Application_defaults_to_the_name_of_the_release()
    {
        var manifests = await helm.RenderAsync("console-values.yaml");

        Assert.Equal("orders-streamworker", manifests.Environment["StreamWorker__Application"]);
    }

    [Fact]
    public async Task Settings_that_are_not_given_are_left_to_the_worker()
    {
        var environment = (await helm.RenderAsync("console-values.yaml", "config.LeaseTable=\"\"", "config.DiscoveryInterval=null")).Environment;

        Assert.DoesNotContain("StreamWorker__LeaseTable", environment.Keys);
        Assert.DoesNotContain("StreamWorker__DiscoveryInterval", environment.Keys);
        Assert.Equal(["StreamWorker__Consumers__orders__TableName"], environment.Keys.Where(key => key.Contains("Consumers", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Worker_reads_the_config_map_and_is_named_after_its_pod()
    {
        var manifests = await helm.RenderAsync("console-values.yaml");

        Assert.Equal(manifests.ConfigMap.Metadata.Name, Assert.Single(manifests.Worker.EnvFrom).ConfigMapRef.Name);
        Assert.Equal("metadata.name", manifests.Worker.Env.Single(variable => variable.Name == "POD_NAME").ValueFrom.FieldRef.FieldPath);
    }

    [Fact]
    public async Task Region_and_endpoint_are_the_SDKs_own_variables()
    {
        var local = await helm.RenderAsync("local-endpoint-values.yaml");
        var plain = await helm.RenderAsync("console-values.yaml");

        Assert.Equal("us-east-1", local.Variable("AWS_REGION"));
        Assert.Equal("http://dynamodb-local.default.svc:8000", local.Variable("AWS_ENDPOINT_URL_DYNAMODB"));
        Assert.Equal("local", local.Variable("AWS_ACCESS_KEY_ID"));
        Assert.DoesNotContain(plain.Worker.Env, variable => variable.Name.StartsWith("AWS_", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Changed_configuration_restarts_the_pods()
    {
        var before = await helm.RenderAsync("console-values.yaml");
        var same = await helm.RenderAsync("console-values.yaml", "replicaCount=4");
        var after = await helm.RenderAsync("console-values.yaml", "config.Consumers.orders.BatchSize=7");

        Assert.Equal(before.Checksum, same.Checksum);
        Assert.NotEqual(before.Checksum, after.Checksum);
    }

    [Fact]
    public async Task Chart_without_a_consumer_says_how_to_name_one()
    {
        var result = await helm.RunAsync("template", "orders", Repository.Chart);

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("config.Consumers is empty", result.Error, StringComparison.Ordinal);
        Assert.Contains("--set config.Consumers.orders.TableName=", result.Error, StringComparison.Ordinal);
    }
}
