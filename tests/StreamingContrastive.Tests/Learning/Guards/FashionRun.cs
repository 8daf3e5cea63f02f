using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Guards;

/// <summary>The fashion-mnist recipe on the bundled pictures, without Kafka: the views of the pipeline, then the trainer's step.</summary>
internal sealed class FashionRun : IDisposable
{
    public const double Temperature = 0.1;
    public const int Dimension = 128;

    private static readonly InputGeometry Shape = new(28, 28, 1);
    private readonly LabelledPictures _pictures = FashionMnistDataset.Bundled().Stream;
    private readonly PairConstructor _pairs = new(
        new PayloadOptions { Format = PayloadFormat.Raw, Height = 28, Width = 28, Channels = 1 },
        new AugmentationOptions { CropMinArea = 0.9, CropMaxArea = 1, FlipProbability = 0.5, JitterProbability = 1, Brightness = 0.6, Contrast = 0.6 });

    private readonly TrainingBatch _batch;
    private int _next;

    public FashionRun(int width, int batchSize, int queueRows, double learningRate = 0.002, ulong seed = 1)
    {
        _batch = new TrainingBatch(batchSize, Shape.RowBytes) { Count = batchSize };
        Trainer = new ContrastiveTrainer(new TrainerConfiguration(
            Shape,
            new() { Width = width, ProjectionLayers = 1, ProjectionDimension = Dimension },
            new() { Temperature = Temperature, QueueCapacityRows = queueRows },
            new() { BatchSize = batchSize, LearningRate = learningRate, Threads = 2, Device = "cpu" },
            seed,
            PublishProjection: false));
    }

    public ContrastiveTrainer Trainer { get; }

    /// <summary>The same picture in every record from now on.</summary>
    public bool IsConstant { get; set; }

    public StepOutcome Step(bool measure)
    {
        for (var row = 0; row < _batch.Count; row++, _next++)
        {
            var picture = IsConstant ? 0 : _next % _pictures.Count;
            var at = row * Shape.RowBytes;
            _pairs.TryConstruct(_pictures.Picture(picture).Span, 1, 1, 0, _next, 0,
                _batch.Query.AsSpan(at, Shape.RowBytes), _batch.Key.AsSpan(at, Shape.RowBytes), _batch.Clean.AsSpan(at, Shape.RowBytes), out _).ShouldBeTrue();
            (_batch.RecordIds[row], _batch.Labels[row]) = (_next % _pictures.Count, -1);
        }

        return Trainer.Step(_batch, measure);
    }

    public void Dispose() => Trainer.Dispose();
}
