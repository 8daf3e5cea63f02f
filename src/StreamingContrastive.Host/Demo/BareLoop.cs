using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Host.Demo;

/// <summary>
/// The same trainer without a pipeline: it steps, embedding forward included, on batches that lie ready in memory. What the
/// pipeline is compared with; it runs on the trainer's own thread while the pipeline stands still, so both have the same
/// processors and threads.
/// </summary>
internal sealed class BareLoop(TrainerConfiguration configuration, IReadOnlyList<TrainingBatch> batches, TimeProvider clock) : IDisposable
{
    // The first steps after a pause refill caches and thread pools; they are not timed.
    private const int WarmupSteps = 3;

    private ContrastiveTrainer? _trainer;

    /// <summary>Records of all timed steps.</summary>
    public long Records { get; private set; }

    /// <summary>Time of all timed steps.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Steps, and adds to the two sums.</summary>
    public void Run(int steps)
    {
        _trainer ??= new ContrastiveTrainer(configuration);
        for (var i = 0; i < WarmupSteps; i++)
        {
            _trainer.Step(batches[i % batches.Count], collectMetrics: false);
        }

        var started = clock.GetTimestamp();
        for (var i = 0; i < steps; i++)
        {
            Records += _trainer.Step(batches[i % batches.Count], collectMetrics: false).Count;
        }

        Elapsed += clock.GetElapsedTime(started);
    }

    /// <summary>Full batches of views of the first pictures.</summary>
    public static IReadOnlyList<TrainingBatch> Prepare(LabelledPictures pictures, PayloadOptions payload, AugmentationOptions augmentation, int batchSize, int count)
    {
        var constructor = new PairConstructor(payload, augmentation);
        var rowBytes = payload.Shape.ByteCount;
        var batches = new List<TrainingBatch>(count);
        for (var b = 0; b < count; b++)
        {
            var batch = new TrainingBatch(batchSize, rowBytes) { Count = batchSize };
            for (var row = 0; row < batchSize; row++)
            {
                var picture = ((b * batchSize) + row) % pictures.Count;
                var at = row * rowBytes;
                if (!constructor.TryConstruct(pictures.Picture(picture).Span, seed: 1, topicHash: 1, partition: 0, offset: picture, pass: 0,
                    batch.Query.AsSpan(at, rowBytes), batch.Key.AsSpan(at, rowBytes), batch.Clean.AsSpan(at, rowBytes), out var rejection))
                {
                    throw new InvalidOperationException($"Picture {picture} of the data set was refused: {rejection!.Message}");
                }

                (batch.RecordIds[row], batch.InputHashes[row], batch.Labels[row]) = (picture, picture, pictures.Labels[picture]);
            }

            batches.Add(batch);
        }

        return batches;
    }

    /// <inheritdoc />
    public void Dispose() => _trainer?.Dispose();
}
