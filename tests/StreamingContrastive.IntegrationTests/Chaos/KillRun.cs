using System.Diagnostics;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>When a trainer is killed.</summary>
internal enum KillMoment
{
    /// <summary>Before its first step.</summary>
    Start,

    /// <summary>At any time after it.</summary>
    Run,

    /// <summary>While a checkpoint is being written, renamed, published or tidied up after.</summary>
    Checkpoint,

    /// <summary>After SIGTERM.</summary>
    Drain,
}

/// <summary>Kills a trainer again and again while records come in, then lets one run to the end.</summary>
internal sealed class KillRun(ChaosPipeline pipeline, Random random)
{
    private readonly Dictionary<KillMoment, int> _kills = [];
    private TimeSpan _start = TimeSpan.FromSeconds(4);

    /// <summary>Kills by moment.</summary>
    public IReadOnlyDictionary<KillMoment, int> Kills => _kills;

    /// <summary>Starts that had drained and left before the kill came.</summary>
    public int LeftInTime { get; private set; }

    /// <summary>Records a second.</summary>
    public int Rate { get; init; } = 500;

    /// <summary>Runs; at the end every record is trained, durable and published.</summary>
    public async Task ExecuteAsync(int kills)
    {
        using var enough = new CancellationTokenSource();
        var feeding = new ChaosFeed(pipeline) { Rate = Rate }.RunAsync(enough.Token);
        for (var i = 0; i < kills && !feeding.IsFaulted; i++)
        {
            await KillOneAsync();
        }

        await enough.CancelAsync();
        await feeding;
        await using var last = ChaosTrainer.Start(pipeline);
        await last.FinishAsync();
    }

    private async Task KillOneAsync()
    {
        var moment = random.Next(100) switch { < 20 => KillMoment.Start, < 65 => KillMoment.Run, < 90 => KillMoment.Checkpoint, _ => KillMoment.Drain };
        var share = random.NextDouble();
        await using var trainer = ChaosTrainer.Start(pipeline);
        if (moment == KillMoment.Start)
        {
            await trainer.UntilAsync(() => Stopwatch.GetElapsedTime(trainer.Started) >= _start * share, "its time");
        }
        else
        {
            await trainer.UntilAsync(() => trainer.HasStepped, "the first step");
            _start = Stopwatch.GetElapsedTime(trainer.Started);
            await ReachAsync(trainer, moment);
        }

        var end = await trainer.KillAsync();
        if (moment == KillMoment.Drain && end.ExitCode == 0)
        {
            LeftInTime++;
            return;
        }

        end.ExitCode.ShouldBe(128 + 9, $"killed at {moment}; it said: {end.Error}");
        _kills[moment] = _kills.GetValueOrDefault(moment) + 1;
    }

    private async Task ReachAsync(ChaosTrainer trainer, KillMoment moment)
    {
        if (moment == KillMoment.Checkpoint)
        {
            var known = Checkpoints();
            await trainer.UntilAsync(() => Checkpoints().Except(known).Any(), "a checkpoint being written");
        }

        await Task.Delay(random.Next(moment == KillMoment.Checkpoint ? 30 : 1500), TestContext.Current.CancellationToken);
        if (moment == KillMoment.Drain)
        {
            await trainer.DrainAsync();
            await Task.Delay(random.Next(400), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Checkpoints, finished or not.</summary>
    private List<string> Checkpoints() =>
        [.. new DirectoryInfo(Path.Combine(pipeline.State, "checkpoints")).EnumerateDirectories().Select(d => d.Name)];
}
