namespace StreamingContrastive.Tests.Pipeline.Kafka.Output.Transactions;

/// <summary>
/// Random faults at every call of the client (lost answers, aborts, the coordinator's timeout, crashes before and after a request,
/// a process that stands still and wakes up later) against a model of the brokers. Seeds are the case numbers.
/// </summary>
public sealed class ExactlyOnceTests
{
    [Fact]
    public async Task Publish_RandomFaultsAndZombies_AReadCommittedConsumerSeesEveryOutputOnceInOrder()
    {
        for (int seed = 0; seed < 150; seed++)
        {
            (await ViolationAsync(seed, new Mechanisms())).ShouldBeNull($"seed {seed}");
        }
    }

    /// <summary>The same runs, red without each mechanism: this test is how that is seen, at every run of the suite.</summary>
    [Theory]
    [InlineData(nameof(Mechanisms.OutboxRule), "is of no surviving checkpoint")]
    [InlineData(nameof(Mechanisms.AnnouncementCheck), "appears 2 times")]
    [InlineData(nameof(Mechanisms.Fencing), "appears 2 times")]
    public async Task Publish_WithoutAMechanism_TheSameFaultsAreSeen(string mechanism, string violation)
    {
        var mechanisms = mechanism switch
        {
            nameof(Mechanisms.OutboxRule) => new Mechanisms(OutboxRule: false),
            nameof(Mechanisms.AnnouncementCheck) => new Mechanisms(AnnouncementCheck: false),
            _ => new Mechanisms(Fencing: false),
        };
        List<string> violations = [];
        for (int seed = 0; seed < 150 && !violations.Exists(v => v.Contains(violation, StringComparison.Ordinal)); seed++)
        {
            if (await ViolationAsync(seed, mechanisms) is { } found)
            {
                violations.Add(found);
            }
        }

        violations.ShouldContain(v => v.Contains(violation, StringComparison.Ordinal), string.Join("; ", violations));
    }

    private static async Task<string?> ViolationAsync(int seed, Mechanisms mechanisms)
    {
        var runs = new SimulatedTrainerRuns(new TransactionalLog(), new Random(seed), mechanisms);
        await runs.RunAsync();
        return runs.Violation();
    }
}
