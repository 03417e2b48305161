using StreamWorker.Tests.Shared;

[assembly: AssemblyFixture(typeof(DynamoDbLocal))]

// Each test runs a worker, an emulator and writers: side by side on two cores they would only wait for each other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
