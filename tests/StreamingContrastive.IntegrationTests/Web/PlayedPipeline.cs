using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Web;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Embedded;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.IntegrationTests.Web;

/// <summary>
/// A dashboard before a pipeline that goes on as a healthy one does: real pictures, classes that come apart over six versions, five steps a
/// second, a broker that answers.
/// </summary>
public sealed class PlayedPipeline : IAsyncLifetime
{
    private const int Records = 300;
    private const int Dimension = 16;

    private readonly ProgressBoard _board = new();
    private readonly StageTimes _stages = new();
    private readonly CancellationTokenSource _stopping = new();
    private EmbeddedKafka? _kafka;
    private WebDashboard? _dashboard;
    private Task _playing = Task.CompletedTask;

    /// <summary>Where it is; starts it at the first call, so that nothing is started where the tests skip.</summary>
    public async Task<string> UrlAsync()
    {
        if (_dashboard is null)
        {
            _kafka = EmbeddedKafka.Start(new EmbeddedKafkaOptions());
            PlayVersions();
            PlayLetters();
            _playing = Task.Run(PlayAsync);
            var options = new PipelineOptions { Name = "played", Kafka = new KafkaOptions { BootstrapServers = _kafka.BootstrapServers }, Monitor = new MonitorOptions { HeldOutTopic = "held-out" } };
            options = options with { Input = options.Input with { Payload = options.Input.Payload with { Height = 28, Width = 28, Channels = 1 } } };
            var subject = new DashboardSubject(options, _board, _stages, NullLoggerFactory.Instance, TimeProvider.System) { LabelNames = FashionMnistDataset.ClassNames, Target = 100_000 };
            _dashboard = await WebDashboard.StartAsync(WebSettings.Create(WebAddress.Parse("0"), isDemanded: true, null), subject);
        }

        return _dashboard.Url;
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _playing;
        if (_dashboard is not null)
        {
            await _dashboard.DisposeAsync();
            await _kafka!.DisposeAsync();
        }

        _stopping.Dispose();
    }

    private void PlayVersions()
    {
        var pictures = FashionMnistDataset.Bundled().Stream;
        ImmutableArray<SampledRecord> records =
        [
            .. Enumerable.Range(0, Records).Select(i => new SampledRecord(
                i + 1, pictures.Picture(i).ToArray(), pictures.Labels[i], Encoding.ASCII.GetBytes(i.ToString(CultureInfo.InvariantCulture)), $"records[{i % 12}] offset {i / 12}")),
        ];
        for (var version = 1; version <= SampleBoard.MostVersions; version++)
        {
            _board.Sample.Add(new SampledVersion(version, version * 100, records, Vectors(records, noise: 4.0 / version), Dimension));
        }
    }

    private static float[] Vectors(ImmutableArray<SampledRecord> records, double noise)
    {
        var random = new Random(7);
        var vectors = new float[records.Length * Dimension];
        for (var i = 0; i < records.Length; i++)
        {
            var row = vectors.AsSpan(i * Dimension, Dimension);
            for (var d = 0; d < Dimension; d++)
            {
                row[d] = (float)((random.NextDouble() - 0.5) * noise);
            }

            row[records[i].Label] += 1.5f;
            System.Numerics.Tensors.TensorPrimitives.Divide(row, System.Numerics.Tensors.TensorPrimitives.Norm<float>(row), row);
        }

        return vectors;
    }

    private void PlayLetters()
    {
        for (var i = 0; i < 30; i++)
        {
            _board.Letters.Add($"records[{i % 12}] offset {i}", Encoding.ASCII.GetBytes($"{i}"), "decode", i % 3 == 0 ? "TruncatedPicture" : "EmptyValue", "The value has 0 bytes. Send a picture, or a null value to delete the key.");
        }
    }

    private async Task PlayAsync()
    {
        var clock = TimeProvider.System;
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var first = clock.GetTimestamp();
        try
        {
            for (var step = 1; await timer.WaitForNextTickAsync(_stopping.Token); step++)
            {
                _stages.Add(PipelineStage.Process, TimeSpan.FromMilliseconds(170));
                _stages.Add(PipelineStage.Sample, TimeSpan.FromMilliseconds(4));
                _board.Publish(Progress(step, first, clock));
            }
        }
        catch (OperationCanceledException)
        {
            // The tests are done.
        }
    }

    private static PipelineProgress Progress(int step, long first, TimeProvider clock) => new()
    {
        LineageEpoch = 1,
        Step = step,
        Trained = 64L * step,
        TrainedThisRun = 64L * step,
        DeadLettered = 30,
        EmbeddingsPublished = 64L * step,
        ModelVersion = 6,
        Lag = 12_000 - step,
        Pending = 900,
        FirstStepTimestamp = first,
        LastStepTimestamp = clock.GetTimestamp(),
        LastPublishedTimestamp = clock.GetTimestamp(),
        Timestamp = clock.GetTimestamp(),
        Metrics = new StepMetrics(4.0 + (2.0 / step), 0.4, 0.8, 0.6, 1, 0.01, 0.002, 4096, 32, 0.6, -2.4 - (0.01 * step), 0.08, 0, 0.1) { QueueAgeP50Steps = 32, QueueAgeP95Steps = 61 },
        Probe = new ProbeResult(step, 0.74 + (0.02 * Math.Sin(step)), 0.7, 16.2),
        LastCheckpoint = new CheckpointSeen($"0000000001-{step / 10:000000000}", step / 10, 6, DateTimeOffset.UnixEpoch.AddSeconds(step / 10), 7_000_000, TimeSpan.FromMilliseconds(3), TimeSpan.FromMilliseconds(140)),
    };
}
