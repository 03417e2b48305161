using System.Reflection;
using System.Xml.Linq;
using NetArchTest.Rules;

namespace StreamWorker.Repository.Tests;

/// <summary>Holds the arrows between projects and between the rooms in them. The picture is in docs/architecture.md.</summary>
public sealed class ArchitectureTests
{
    private static readonly Assembly Core = typeof(StreamRecord).Assembly;
    private static readonly Assembly Consumer = typeof(Consumer.Leases.ILeaseStore).Assembly;

    [Theory]
    [InlineData("Core")]
    [InlineData("Consumer", "Core")]
    [InlineData("DynamoDb", "Core", "Consumer")]
    [InlineData("Testing", "Core", "Consumer")]
    [InlineData("Lambda", "Core", "DynamoDb")]
    [InlineData("Worker", "Core", "Consumer", "DynamoDb")]
    public void Project_refers_only_to_those_that_its_arrows_point_to(string project, params string[] allowed)
    {
        var file = XDocument.Load(Path.Combine(global::StreamWorker.Tests.Shared.Repository.Root, "src", project, $"StreamWorker.{project}.csproj"));
        var references = file.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)["StreamWorker.".Length..]);
        Assert.Empty(references.Except(allowed));
    }

    [Theory]
    [InlineData("^StreamWorker[.]Diagnostics$", "StreamWorker.Normalization", "StreamWorker.Steps", "StreamWorker.Pipeline", "StreamWorker.Batches", "StreamWorker.Middleware")]
    [InlineData("^StreamWorker([.]Normalization)?$", "StreamWorker.Steps", "StreamWorker.Pipeline", "StreamWorker.Batches", "StreamWorker.Middleware")]
    [InlineData("^StreamWorker[.]Steps$", "StreamWorker.Pipeline", "StreamWorker.Batches", "StreamWorker.Middleware")]
    [InlineData("^StreamWorker[.]Pipeline$", "StreamWorker.Batches", "StreamWorker.Middleware")]
    [InlineData("^StreamWorker[.]Batches$", "StreamWorker.Middleware")]
    public void Room_of_Core_uses_only_the_rooms_above_it(string room, params string[] below) => AssertIndependent(Core, room, below);

    [Theory]
    [InlineData("Delivery[.]Filters", "Shards", "Leases", "Failures", "Hosting")]
    [InlineData("Delivery[.]Windows", "Shards", "Leases", "Failures", "Hosting")]
    [InlineData("Delivery", "Shards", "Leases", "Failures", "Hosting")]
    [InlineData("Shards", "Delivery", "Leases", "Failures", "Hosting")]
    [InlineData("Leases", "Delivery", "Shards", "Failures", "Hosting")]
    [InlineData("Failures", "Leases", "Hosting")]
    public void Room_of_Consumer_does_not_know_its_neighbours(string room, params string[] neighbours) =>
        AssertIndependent(Consumer, $"^StreamWorker[.]Consumer[.]{room}$", [.. neighbours.Select(neighbour => $"StreamWorker.Consumer.{neighbour}")]);

    [Fact]
    public void Only_DynamoDb_sees_the_AWS_SDK()
    {
        foreach (var assembly in new[] { Core, Consumer, typeof(Lambda.LambdaStream).Assembly, typeof(Testing.InMemoryLeaseStore).Assembly, Assembly.Load("streamworker") })
            AssertIndependent(assembly, ".*", "Amazon");
    }

    private static void AssertIndependent(Assembly assembly, string room, params string[] others)
    {
        var types = Types.InAssembly(assembly).That().ResideInNamespaceMatching(room);
        Assert.NotEmpty(types.GetTypes());
        var result = types.ShouldNot().HaveDependencyOnAny(others).GetResult();
        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }
}
