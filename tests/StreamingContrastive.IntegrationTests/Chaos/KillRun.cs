using System.Diagnostics;
using StreamingContrastive.IntegrationTests.Commands;

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

    /// <summary>After Ctrl-C.</summary>
    Drain,
}

/// <summary>Kills a trainer again and again while records come in, then lets one run to the end.</summary>
internal sealed class KillRun(ChaosPipeline pipeline, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly Dictionary<KillMoment, int> _kills = [];
    private TimeSpan _start = TimeSpan.FromSeconds(4);

    /// <summary>Kills by moment.</summary>
    public IReadOnlyDictionary<KillMoment, int> Kills => _kills;

    /// <summary>Starts that had drained and left before the kill came.</summary>
    public int LeftInTime { get; private set; }

    /// <summary>Records that a producer may be ahead of the durable checkpoint: the embedded broker forgets old ones.</summary>
    public int Window { get; init; } = 4000;

    /// <summary>Records a second.</summary>
    public int Rate { get; init; } = 600;

    /// <summary>Runs; at the end every record is trained, durable and published.</summary>
    public async Task ExecuteAsync(int kills)
    {
        using var enough = new CancellationTokenSource();
        var feeding = FeedAsync(enough.Token);
        for (var i = 0; i < kills; i++)
        {
            await KillOneAsync();
            if (feeding.IsFaulted)
            {
                await feeding;
            }
        }

        await enough.CancelAsync();
        await feeding;
        await FinishAsync();
    }

    /// <summary>Runs without a kill over so many records.</summary>
    public async Task ExecuteUninterruptedAsync(long records)
    {
        var finishing = FinishAsync(records);
        while (pipeline.Produced < records)
        {
            await HoldBackAsync(Window);
            await pipeline.ProduceAsync((int)Math.Min(256, records - pipeline.Produced));
        }

        await finishing;
    }

    private async Task FeedAsync(CancellationToken enough)
    {
        var (since, first) = (Stopwatch.GetTimestamp(), pipeline.Produced);
        while (!enough.IsCancellationRequested)
        {
            var due = first + (long)(Stopwatch.GetElapsedTime(since).TotalSeconds * Rate) - pipeline.Produced;
            if (due > 0 && pipeline.Produced - pipeline.Outputs.DurableRecords < Window)
            {
                await pipeline.ProduceAsync((int)Math.Min(due, 128));
            }

            await Task.Delay(20, CancellationToken.None);
        }

        // Whole batches: the remainder of a stream that has no end waits for more.
        await pipeline.ProduceAsync((int)(ChaosPipeline.BatchSize - (pipeline.Produced % ChaosPipeline.BatchSize)));
    }

    private async Task HoldBackAsync(int window)
    {
        while (pipeline.Produced - pipeline.Outputs.DurableRecords >= window)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private async Task KillOneAsync()
    {
        var moment = random.Next(100) switch { < 20 => KillMoment.Start, < 65 => KillMoment.Run, < 90 => KillMoment.Checkpoint, _ => KillMoment.Drain };
        var before = Length();
        var began = Stopwatch.GetTimestamp();
        await using var trainer = pipeline.StartTrainer();
        if (moment == KillMoment.Start)
        {
            await UntilAsync(trainer, () => Stopwatch.GetElapsedTime(began) >= _start * _startShare, "time passes");
        }
        else
        {
            await UntilAsync(trainer, () => SteppedSince(before), "the first step");
            _start = Stopwatch.GetElapsedTime(began);
            await ReachAsync(trainer, moment);
        }

        await EndAsync(trainer, moment);
        _startShare = random.NextDouble();
    }

    private double _startShare = 0.5;

    private async Task ReachAsync(ProgramProcess trainer, KillMoment moment)
    {
        if (moment == KillMoment.Checkpoint)
        {
            var known = Checkpoints();
            await UntilAsync(trainer, () => Checkpoints().Except(known).Any(), "a checkpoint being written");
        }

        var longest = moment == KillMoment.Checkpoint ? 30 : 1500;
        await Task.Delay(random.Next(longest), TestContext.Current.CancellationToken);
        if (moment == KillMoment.Drain)
        {
            await trainer.InterruptAsync();
            await Task.Delay(random.Next(400), TestContext.Current.CancellationToken);
        }
    }

    private async Task EndAsync(ProgramProcess trainer, KillMoment moment)
    {
        await trainer.SignalAsync("KILL");
        var end = await trainer.EndAsync();
        if (moment == KillMoment.Drain && end.ExitCode == 0)
        {
            LeftInTime++;
            return;
        }

        end.ExitCode.ShouldBe(128 + 9, $"killed at {moment}; it said: {end.Error}");
        _kills[moment] = _kills.GetValueOrDefault(moment) + 1;
    }

    /// <summary>A last trainer runs until everything is durable and published, and leaves on Ctrl-C.</summary>
    private async Task FinishAsync(long? records = null)
    {
        await using var trainer = pipeline.StartTrainer();
        await UntilAsync(trainer, () => pipeline.Outputs.DurableRecords >= (records ?? pipeline.Produced), "the last record being durable");
        await trainer.InterruptAsync();
        var end = await trainer.EndAsync();
        end.ExitCode.ShouldBe(0, end.Error);
    }

    private async Task UntilAsync(ProgramProcess trainer, Func<bool> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (trainer.HasExited)
            {
                var end = await trainer.EndAsync();
                throw new InvalidOperationException($"The trainer ended by itself with exit code {end.ExitCode} before {what}: {end.Error}");
            }

            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience, $"{what}; {pipeline.Produced} produced, {pipeline.Outputs.DurableRecords} durable");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private long Length() => File.Exists(pipeline.AuditFile) ? new FileInfo(pipeline.AuditFile).Length : 0;

    private bool SteppedSince(long position)
    {
        if (Length() <= position)
        {
            return false;
        }

        using var stream = new FileStream(pipeline.AuditFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = position;
        return new StreamReader(stream).ReadToEnd().Contains("range ", StringComparison.Ordinal);
    }

    /// <summary>Checkpoints, finished or not.</summary>
    private List<string> Checkpoints() =>
        [.. new DirectoryInfo(Path.Combine(pipeline.State, "checkpoints")).EnumerateDirectories().Select(d => d.Name)];
}
