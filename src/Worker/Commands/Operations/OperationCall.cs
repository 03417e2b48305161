using System.CommandLine;
using StreamWorker.Consumer.Hosting;

namespace StreamWorker.Worker.Commands.Operations;

/// <summary>One call of a verb that operates a consumer.</summary>
internal sealed record OperationCall(
    ParseResult Parsed,
    IConsumerOperations Operations,
    string Consumer,
    string By,
    TextWriter Output,
    CancellationToken CancellationToken);
