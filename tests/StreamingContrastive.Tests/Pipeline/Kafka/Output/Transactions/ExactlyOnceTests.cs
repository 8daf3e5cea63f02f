using CsCheck;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Output.Transactions;

/// <summary>
/// Faults at every call of the client (lost answers, aborts, the coordinator's timeout, crashes before and after a request, a process that
/// stands still and wakes up later) against a model of the brokers: a read_committed consumer sees every output once, in order.
/// </summary>
public sealed class ExactlyOnceTests
{
    private const int Plans = 150;

    [Fact]
    public Task Publish_AnyFaultsAndZombies_EveryOutputAppearsOnceInOrder() =>
        FaultPlan.Any.SampleAsync(async plan => (await ViolationAsync(plan, new Mechanisms())).ShouldBeNull(plan.ToString()), iter: Plans);

    /// <summary>Not left to chance: each fault alone, at each call of a whole life.</summary>
    [Fact]
    public async Task Publish_EachFaultAtEachCall_EveryOutputAppearsOnceInOrder()
    {
        var calm = new SimulatedTrainerRuns(new TransactionalLog(), new FaultPlan([], []), new Mechanisms());
        await calm.RunAsync();
        calm.Calls.ShouldBeGreaterThan(15);
        foreach (var fault in Enum.GetValues<CallFault>())
        {
            for (int at = 0; at < calm.Calls; at++)
            {
                FaultPlan plan = new([.. Enumerable.Repeat(CallFault.None, at), fault], []);
                (await ViolationAsync(plan, new Mechanisms())).ShouldBeNull(plan.ToString());
            }
        }
    }

    /// <summary>The same plans, red without each mechanism: this test is how that is seen, at every run of the suite.</summary>
    [Theory]
    [InlineData(nameof(Mechanisms.OutboxRule), "is of no surviving checkpoint")]
    [InlineData(nameof(Mechanisms.AnnouncementCheck), "appears 2 times")]
    [InlineData(nameof(Mechanisms.Fencing), "appears 2 times")]
    [InlineData(nameof(Mechanisms.ReadCommitted), "appears 2 times")]
    public async Task Publish_WithoutAMechanism_TheSameFaultsAreSeen(string mechanism, string violation)
    {
        var mechanisms = mechanism switch
        {
            nameof(Mechanisms.OutboxRule) => new Mechanisms(OutboxRule: false),
            nameof(Mechanisms.AnnouncementCheck) => new Mechanisms(AnnouncementCheck: false),
            nameof(Mechanisms.Fencing) => new Mechanisms(Fencing: false),
            _ => new Mechanisms(ReadCommitted: false),
        };
        List<string> violations = [];
        foreach (var plan in FaultPlan.Any.Array[Plans].Single(_ => true, "000000000002"))
        {
            if (await ViolationAsync(plan, mechanisms) is { } found)
            {
                violations.Add(found);
                if (found.Contains(violation, StringComparison.Ordinal))
                {
                    break;
                }
            }
        }

        violations.ShouldContain(v => v.Contains(violation, StringComparison.Ordinal), string.Join("; ", violations));
    }

    private static async Task<string?> ViolationAsync(FaultPlan plan, Mechanisms mechanisms)
    {
        var runs = new SimulatedTrainerRuns(new TransactionalLog(), plan, mechanisms);
        await runs.RunAsync();
        return runs.Violation();
    }
}
