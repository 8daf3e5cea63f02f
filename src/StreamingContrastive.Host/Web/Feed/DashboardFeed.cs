using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Host.Terminal;
using StreamingContrastive.Host.Web.Map;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Host.Web.Feed;

/// <summary>An event as it goes over the wire, the same bytes for every visitor.</summary>
/// <param name="Bytes">Event of the stream, blank line included.</param>
internal sealed record Frame(ReadOnlyMemory<byte> Bytes);

/// <summary>
/// Looks at the pipeline once a second and makes one event of it. The pipeline never waits for the feed, and the feed never for a visitor:
/// one who is slow gets the newest event next, whatever came in between.
/// </summary>
internal sealed class DashboardFeed : IAsyncDisposable
{
    /// <summary>Pause between two looks.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private const int Looks = 10;
    private const int HistoryPoints = 720;
    private const int MostCheckpoints = 10;
    private const int MostKey = 48;

    private readonly DashboardSubject _subject;
    private readonly Func<TimeSpan?> _sinceBroker;
    private readonly EmbeddingMap _map;
    private readonly StageShares _shares;
    private readonly RecentRate _rate;
    private readonly Series _series;
    private readonly History _history;
    private readonly List<CheckpointSeen> _checkpoints = [];
    private readonly Lock _historyLock = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly long _started;
    private PipelineProgress _before = new();
    private volatile Published _published = new(new Frame(default), new(TaskCreationOptions.RunContinuationsAsynchronously));
    private Task _running = Task.CompletedTask;

    private sealed record Published(Frame Frame, TaskCompletionSource Next);

    public DashboardFeed(DashboardSubject subject, EmbeddingMap map, Func<TimeSpan?> sinceBroker)
    {
        (_subject, _map, _sinceBroker) = (subject, map, sinceBroker);
        _shares = new StageShares(subject.Stages, subject.Clock, Looks);
        _rate = new RecentRate(subject.Clock, Looks);
        _series = new Series(subject.Options);
        _history = new History(_series.Names.Count, HistoryPoints);
        _started = subject.Clock.GetTimestamp();
    }

    /// <summary>The columns of the histories.</summary>
    public IReadOnlyList<string> Columns => _series.Names;

    /// <summary>The pipeline's condition now.</summary>
    public PipelineCondition Condition => new(
        _subject.Board.Current, _subject.Clock.GetTimestamp(), _subject.Clock, _sinceBroker(), _subject.Options.Training.BatchSize, _subject.Options.Checkpoint.Every);

    /// <summary>Begins to look.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>The histories so far, as an event.</summary>
    public Frame History()
    {
        var columns = new Dictionary<string, IReadOnlyList<double?>>(_series.Names.Count);
        lock (_historyLock)
        {
            for (var i = 0; i < _series.Names.Count; i++)
            {
                var column = i;
                columns[_series.Names[i]] = [.. _history.Points.Select(p => Series.Known(p[column]))];
            }
        }

        return Event("history", JsonSerializer.SerializeToUtf8Bytes(columns, WebJson.Default.DictionaryStringIReadOnlyListNullableDouble));
    }

    /// <summary>The first event that is not <paramref name="seen"/>; the newest one where several are.</summary>
    public async Task<Frame> NextAsync(Frame? seen, CancellationToken cancellation)
    {
        while (true)
        {
            var (frame, next) = _published;
            if (frame != seen && !frame.Bytes.IsEmpty)
            {
                return frame;
            }

            await next.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>One look.</summary>
    internal LiveState Look()
    {
        var now = _subject.Board.Current;
        var time = _subject.Clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var rate = _rate.Measure(now.TrainedThisRun);
        var point = _series.Point(time, rate, now, _before);
        lock (_historyLock)
        {
            _history.Add(point);
        }

        _before = now;
        if (now.LastCheckpoint is { } newest && (_checkpoints.Count == 0 || _checkpoints[0] != newest))
        {
            _checkpoints.Insert(0, newest);
            _checkpoints.RemoveRange(Math.Min(_checkpoints.Count, MostCheckpoints), Math.Max(0, _checkpoints.Count - MostCheckpoints));
        }

        var state = State(now, time, rate, point);
        var before = _published;
        _published = new Published(Event("state", JsonSerializer.SerializeToUtf8Bytes(state, WebJson.Default.LiveState)), new(TaskCreationOptions.RunContinuationsAsynchronously));
        before.Next.SetResult();
        return state;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stopping.Dispose();
    }

    // A page that fails must neither stop the pipeline nor freeze without a word.
    private void TryLook()
    {
        try
        {
            Look();
        }
#pragma warning disable CA1031 // Whatever it is: a fault of the page and not of the pipeline.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _subject.Logging.CreateLogger("Dashboard").LogError(failure, "The dashboard could not look at the pipeline; it tries again in a second");
        }
    }

    private LiveState State(PipelineProgress p, double time, double rate, double[] point)
    {
        var letters = _subject.Board.Letters.Current;
        return new LiveState
        {
            Time = time,
            Name = _subject.Options.Name,
            Problems = Readiness.Problems(Condition),
            Uptime = _subject.Clock.GetElapsedTime(_started).TotalSeconds,
            Epoch = p.LineageEpoch,
            Step = p.Step,
            Trained = p.Trained,
            Consumed = p.Consumed,
            Target = _subject.Target,
            DeadLettered = p.DeadLettered,
            Tombstones = p.Tombstones,
            Published = p.EmbeddingsPublished,
            ModelVersion = p.ModelVersion,
            Lag = p.Lag < 0 ? null : p.Lag,
            Pending = p.Pending,
            Rate = rate,
            Accuracy = Series.Known(p.Metrics?.Accuracy ?? double.NaN),
            Loss = Series.Known(p.Metrics?.Loss ?? double.NaN),
            HeldOut = _series.Quality,
            Probe = p.Probe is { } probe ? new(probe.Step, probe.Knn20, probe.Knn200, probe.RankMe) : null,
            Retrieval = p.Retrieval is { } r ? new(r.Step, [.. r.Recalls.Select(d => new LiveRecall(d.From, d.To, d.Records, d.R1, d.R5, d.R10))]) : null,
            Queue = p.Metrics is { } m ? new(m.QueueFilled, _subject.Options.Objective.QueueCapacityRows, m.QueueAgeP50Steps, m.QueueAgeP95Steps) : null,
            Stages = _shares.Measure(),
            Reasons = [.. letters.Counts.Select(c => new LiveReason(c.Stage, c.ErrorType, c.Count))],
            Letters = [.. letters.Newest.Select(l => new LiveLetter(l.Position, SafeText.Bytes(l.Key, MostKey), l.Stage, l.ErrorType, SafeText.Line(l.Message)))],
            Checkpoints = [.. _checkpoints.Select(c => new LiveCheckpoint(c.Name, c.Step, c.ModelVersion, c.At.ToUnixTimeMilliseconds() / 1000.0, c.Bytes, c.CopyTime.TotalMilliseconds, c.DurableAfter.TotalMilliseconds))],
            MapVersion = _map.Follow(),
            Point = [.. point.Select(Series.Known)],
        };
    }

    private static Frame Event(string name, byte[] json) => new((byte[])[.. Encoding.ASCII.GetBytes($"event: {name}\ndata: "), .. json, .. "\n\n"u8]);

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Every, _subject.Clock);
        try
        {
            do
            {
                TryLook();
            }
            while (await timer.WaitForNextTickAsync(_stopping.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The end.
        }
    }
}
