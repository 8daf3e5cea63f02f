namespace StreamingContrastive.IntegrationTests.Commands;

public sealed class RunAndResetTests : IDisposable
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("run-and-reset-");

    public void Dispose() => _state.Delete(recursive: true);

    /// <summary>What a host does at shutdown: SIGTERM to a running trainer, and the same command again.</summary>
    [Fact]
    public async Task Run_Terminated_LeavesAWholeCheckpointInTimeAndResetFindsIt()
    {
        await using var broker = await BrokerProcess.StartAsync("records:2", "small.embeddings:2", "small.metrics:1", "small.models:1", "small.dead-letters:1");
        (await ProgramProcess.RunAsync("produce", "fashion-mnist", "--topic", "records", "--records", "200", "--bootstrap", broker.Bootstrap)).ExitCode.ShouldBe(0);
        await using (var run = ProgramProcess.Start(["run", "minimal", .. Options(broker)]))
        {
            await TrainedAsync(run, records: 192);
            var begin = TimeProvider.System.GetTimestamp();
            await run.SignalAsync("TERM");

            var end = await run.EndAsync();

            end.ExitCode.ShouldBe(0, end.Error);
            end.Output.ShouldContain("stopped  step      6  trained      192");
            TimeProvider.System.GetElapsedTime(begin).ShouldBeLessThan(TimeSpan.FromSeconds(25)); // The command line's limit is 30 s.
        }

        var verify = await ProgramProcess.RunAsync("checkpoint", "verify", _state.FullName);
        verify.ExitCode.ShouldBe(0, verify.Output);

        var refused = await ProgramProcess.RunAsync(["reset", "minimal", "--to", "earliest", .. Options(broker)]);
        refused.ExitCode.ShouldBe(2);
        refused.Output.ShouldContain("192 offsets will be read, trained, published and counted once more.");
        refused.Error.ShouldContain("--yes");

        var reset = await ProgramProcess.RunAsync(["reset", "minimal", "--to", "earliest", "--yes", .. Options(broker)]);
        reset.ExitCode.ShouldBe(0, reset.Error);
        reset.Output.ShouldContain("goes on from checkpoint 0000000002-000000000006.");
        var again = await ProgramProcess.RunAsync(["run", "minimal", "--records", "200", .. Options(broker)]);
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldContain("trained      392");
    }

    private string[] Options(BrokerProcess broker) =>
    [
        "--bootstrap", broker.Bootstrap, "--set", "name=small", "--set", $"checkpoint:directory={_state.FullName}", "--set", "training:batchSize=32",
        "--set", "encoder:width=4", "--set", "training:threads=1",
    ];

    private static async Task TrainedAsync(ProgramProcess run, long records)
    {
        for (var line = await run.ReadLineAsync(); ; line = await run.ReadLineAsync())
        {
            if (line is null)
            {
                Assert.Fail((await run.EndAsync()).Error);
            }

            if (line.Contains($"trained {records,8}", StringComparison.Ordinal))
            {
                return;
            }
        }
    }
}
