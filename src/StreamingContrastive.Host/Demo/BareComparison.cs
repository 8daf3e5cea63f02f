using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Host.Demo;

/// <summary>
/// Times the bare trainer in the same process, on the same thread, between stretches of the stream: the two alternate, so that
/// a machine whose speed drifts treats both alike.
/// </summary>
internal sealed class BareComparison(PipelineRun run, DemoPlan plan, TimeProvider clock)
{
    private const int Rounds = 4;
    private const int RecordsPerRound = 5120;
    private const int ReadyBatches = 8;

    /// <summary>Time in which the stream stood still for the bare trainer.</summary>
    public TimeSpan Paused { get; private set; }

    /// <summary>Records per second of the bare trainer; 0 before its first round.</summary>
    public double RecordsPerSecond { get; private set; }

    /// <summary>Runs the rounds, evenly spread over the records that are still to come.</summary>
    public async Task RunAsync(long target, CancellationToken ending)
    {
        var options = plan.Options;
        var batches = BareLoop.Prepare(plan.Dataset.Stream, options.Input.Payload with { Format = Augmentation.PayloadFormat.Raw }, options.Augmentation, options.Training.BatchSize, ReadyBatches);
        using var bare = new BareLoop(run.TrainerConfiguration, batches, clock);
        var start = run.Progress.Current.Consumed;
        for (var round = 1; round <= Rounds; round++)
        {
            var at = start + ((target - start) * round / (Rounds + 1));
            while (run.Progress.Current.Consumed < at)
            {
                if (run.Completion.IsCompleted || ending.IsCancellationRequested)
                {
                    return;
                }

                await Task.WhenAny(run.Progress.ChangedAsync(CancellationToken.None), run.Completion).ConfigureAwait(false);
            }

            await run.RunBetweenStepsAsync(() =>
            {
                var started = clock.GetTimestamp();
                bare.Run(RecordsPerRound / options.Training.BatchSize);
                Paused += clock.GetElapsedTime(started);
            }).ConfigureAwait(false);
            RecordsPerSecond = bare.Records / bare.Elapsed.TotalSeconds;
        }
    }
}
