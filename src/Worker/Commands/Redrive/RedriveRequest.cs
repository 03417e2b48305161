using System.CommandLine;

namespace StreamWorker.Worker.Commands.Redrive;

/// <summary>What every subverb of <c>redrive</c> is told: whose batches, and where they are.</summary>
internal sealed record RedriveRequest(string? Consumer, string? From, Uri? Url = null)
{
    private static readonly Option<string?> ConsumerOption = new("--consumer") { Description = "The consumer whose batches are meant. Not needed where only one is configured." };

    private static readonly Option<string?> FromOption = new("--from")
    {
        Description = "The destination: an ARN or a folder. By default the one that the consumer has (DestinationConfig:OnFailure:Destination).",
    };

    /// <summary>Adds the options to a subverb.</summary>
    public static void AddTo(Command command)
    {
        command.Options.Add(ConsumerOption);
        command.Options.Add(FromOption);
    }

    public static RedriveRequest Of(ParseResult parsed, Uri? url = null) => new(parsed.GetValue(ConsumerOption), parsed.GetValue(FromOption), url);
}
