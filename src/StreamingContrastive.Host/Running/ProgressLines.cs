using System.Globalization;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Running;

/// <summary>Progress as plain lines, for logs and for terminals that are none: one every few seconds, and at the end.</summary>
internal sealed class ProgressLines(ProgressBoard board, TextWriter output, TimeProvider clock) : IProgressView
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    private readonly RateMeter _rate = new(clock);

    /// <inheritdoc />
    public async Task UntilAsync(Task completion, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var stopped = Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, clock, cancellation);
        while (true)
        {
            var tick = timer.WaitForNextTickAsync(CancellationToken.None).AsTask();
            if (await Task.WhenAny(tick, completion, stopped).ConfigureAwait(false) != tick)
            {
                return;
            }

            Write("running");
        }
    }

    /// <summary>Writes one line.</summary>
    public void Write(string state)
    {
        var p = board.Current;
        var loss = p.Metrics is { } metrics ? $"{metrics.Loss:0.000}" : "-";
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{state,-8} step {p.Step,6}  trained {p.Trained,8}  {_rate.Measure(p.TrainedThisRun),6:0} rec/s  loss {loss}  {HeldOutQuality.Of(p)}  lag {(p.Lag < 0 ? "-" : p.Lag),6}  embeddings {p.EmbeddingsPublished,8}  dead letters {p.DeadLettered}  version {p.ModelVersion}"));
    }
}
