using StreamWorker.Tests.Shared;

[assembly: AssemblyFixture(typeof(DynamoDbLocal))]
