namespace StreamWorker.Simulation.Hunt;

/// <summary>Makes up what operators do to the consumer: pauses of both kinds and resets of every kind, by two operators whose ways to the services are as bad as any.</summary>
internal sealed class OperationPlan(Simulation run, Dice dice, double length)
{
    private readonly List<SimulatedOperator> _operators = [run.NewOperator("operator-0"), run.NewOperator("operator-1")];
    private readonly List<Task> _begun = [];

    public IReadOnlyList<PlannedFault> Make(int count) => [.. Enumerable.Range(0, count).Select(_ => Make())];

    /// <summary>Lets the consumer go on, however often it takes.</summary>
    public async Task RecoverAsync()
    {
        // A pause that is still under way would come after the last resumption.
        await Task.WhenAll(_begun);
        var last = run.NewOperator("operator-last");
        for (var tries = 0; tries < 10; tries++)
        {
            if (await TryAsync(last.ResumeAsync) is null or OperationRefusedException)
                break;
        }

        // What was asked for is to have happened when the run ends, whoever ordered it.
        await run.UntilAsync(() => AtOnce.ResultOf(run.Rows.ListLeasesAsync(run.Scope, CancellationToken.None)).Reset is not { IsPending: true }, RandomWorld.SecondsToRecover, "every reset is carried out");
    }

    private static async Task<Exception?> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return null;
        }
        catch (Exception e) when (e is OperationRefusedException or LeaseStoreException or StreamServiceException or WorkerStartupException)
        {
            return e;
        }
    }

    private PlannedFault Make()
    {
        var admin = dice.Pick(_operators);
        var (at, span) = (length * dice.Fraction(), 4 * dice.Fraction());
        var loses = dice.OneOf(0, 0, 0.3);
        var (keepsLeases, draw, place) = (dice.Chance(0.5), dice.Below(5), dice.Below(1000));
        return draw switch
        {
            0 or 1 => new PlannedFault($"{admin.Process.Name} pauses and keeps leases: {keepsLeases}", at, span, () => Begin(() => admin.PauseAsync(keepsLeases)), () => Begin(admin.ResumeAsync)),
            _ => new PlannedFault($"{admin.Process.Name} resets ({draw}, {place})", at, span, () => Begin(() => admin.ResetAsync(Position(draw, place))), static () => { }),
        };

        void Begin(Func<Task> act)
        {
            admin.Table.Faults.LostReplies = admin.Stream.Faults.LostReplies = loses;
            _begun.Add(TryAsync(act));
        }
    }

    private ResetPosition Position(int draw, int place)
    {
        var records = run.Ledger.Records.Where(record => !record.IsTrimmed && !record.Shard.IsGone).ToList();
        return draw switch
        {
            2 => place % 2 == 0 ? ResetPosition.TrimHorizon : ResetPosition.Latest,
            3 => ResetPosition.FromTime(run.Time.GetUtcNow().AddSeconds(-place % 8)),
            _ => records.Count == 0 ? ResetPosition.TrimHorizon : ResetPosition.At(records[place % records.Count].Shard.Id, records[place % records.Count].SequenceNumber),
        };
    }
}
