using System.Globalization;
using Spectre.Console;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Running;

/// <summary>Progress on a terminal: one table that is redrawn in place.</summary>
internal sealed class ProgressTable(ProgressBoard board, string title, long? total, TimeProvider clock) : IProgressView
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(500);

    private readonly RateMeter _rate = new(clock);
    private readonly List<(long Step, double Knn20)> _knn = [];
    private double _smoothedRate;

    /// <inheritdoc />
    public Task UntilAsync(Task completion, CancellationToken cancellation) =>
        AnsiConsole.Live(Draw()).StartAsync(async live =>
        {
            using var timer = new PeriodicTimer(Every, clock);
            var stopped = Task.Delay(System.Threading.Timeout.InfiniteTimeSpan, clock, cancellation);
            while (!completion.IsCompleted && !stopped.IsCompleted)
            {
                await Task.WhenAny(timer.WaitForNextTickAsync(CancellationToken.None).AsTask(), completion, stopped).ConfigureAwait(false);
                live.UpdateTarget(Draw());
            }
        });

    private Table Draw()
    {
        var p = board.Current;
        var rate = _rate.Measure(p.TrainedThisRun);
        _smoothedRate = _smoothedRate == 0 ? rate : (0.8 * _smoothedRate) + (0.2 * rate);
        if (p.Probe is { } probe && (_knn.Count == 0 || _knn[^1].Step != probe.Step))
        {
            _knn.Add((probe.Step, probe.Knn20));
        }

        var table = new Table().Title(title).Border(TableBorder.Rounded).HideHeaders().AddColumn("what").AddColumn("value");
        Row(table, "records trained", total is { } all ? $"{p.Trained:N0} of {all:N0}  {Bar(p.Consumed, all)}" : $"{p.Trained:N0}");
        Row(table, "rate", $"{_smoothedRate:N0} records/s, step {p.Step:N0}");
        Row(table, "loss", p.Metrics is { } m ? $"{m.Loss:0.000}   pretext accuracy {m.Accuracy:P0}" : "-");
        if (p.Retrieval is { } retrieval)
        {
            Row(table, "R@1, held out", string.Join("  ", retrieval.Recalls.Select(HeldOutQuality.Of)));
        }

        Row(table, "kNN-20, held out", _knn.Count == 0 ? "-" : string.Join("  ", _knn.TakeLast(8).Select(k => k.Knn20.ToString("0.000", CultureInfo.InvariantCulture))));
        Row(table, "alignment, uniformity", p.Metrics is { } a ? $"{a.Alignment:0.000}, {a.Uniformity:0.000}" : "-");
        Row(table, "lag", p.Lag < 0 ? "-" : $"{p.Lag:N0} records");
        Row(table, "embeddings published", $"{p.EmbeddingsPublished:N0}, model version {p.ModelVersion}");
        Row(table, "dead letters, tombstones", $"{p.DeadLettered:N0}, {p.Tombstones:N0}");
        Row(table, "checkpoint", p.Checkpoint ?? "-");
        return table;
    }

    private static void Row(Table table, string name, FormattableString value) =>
        table.AddRow(Markup.Escape(name), Markup.Escape(value.ToString(CultureInfo.InvariantCulture)));

    private static void Row(Table table, string name, string value) => table.AddRow(Markup.Escape(name), Markup.Escape(value));

    private static string Bar(long done, long all)
    {
        const int Width = 24;
        var filled = (int)Math.Clamp(done * Width / Math.Max(1, all), 0, Width);
        return new string('█', filled) + new string('░', Width - filled);
    }
}
