using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Optimization;
using StreamingContrastive.Learning.Training;
using static TorchSharp.torch;
using Encoder = StreamingContrastive.Learning.Encoders.Encoder;
using F = TorchSharp.torch.nn.functional;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// The baseline with labels: the pipeline's encoder under a linear classifier, trained by cross-entropy on one view of each record, with
/// the pipeline's optimizer and rates. No momentum encoder, no queue. One thread uses it, without awaiting.
/// </summary>
public sealed class SupervisedTrainer : IDisposable
{
    private const int RowsAtOnce = 256;

    private readonly TrainerConfiguration configuration;
    private readonly Device device;
    private readonly Encoder encoder;
    private readonly PartInput input;
    private readonly int weight;
    private readonly int bias;
    private readonly NetworkState network;
    private readonly FlatOptimizer optimizer;

    /// <summary>Draws first weights from the configuration's seed.</summary>
    /// <param name="configuration">Shape, encoder, optimizer, rates, seed; its objective is not used.</param>
    /// <param name="classes">Classes 0 to classes - 1, at least 2.</param>
    public SupervisedTrainer(TrainerConfiguration configuration, int classes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        this.configuration = configuration;
        device = TorchRuntime.Prepare(configuration.Training);
        input = new PartInput(configuration.Layout.Parts[0], ScalarType.Float32);
        encoder = new Encoder(configuration.Encoder, configuration.Input.Channels);
        weight = encoder.Layout.AddParameter("fc.weight", Initializer.UniformFanIn(encoder.FeatureDimension), classes, encoder.FeatureDimension);
        bias = encoder.Layout.AddParameter("fc.bias", Initializer.UniformFanIn(encoder.FeatureDimension), classes);
        network = NetworkState.Create(encoder.Layout, ScalarType.Float32, device, configuration.Seed);
        network.EnableGradients();
        optimizer = FlatOptimizer.Create(configuration.Training, network);
    }

    /// <summary>Steps completed.</summary>
    public long CompletedSteps { get; private set; }

    /// <summary>One optimizer step on the query views and labels of a batch.</summary>
    /// <param name="batch">Every row labelled.</param>
    /// <returns>Mean cross-entropy of the batch, before the step.</returns>
    /// <exception cref="ArgumentException">A row has no label.</exception>
    public double Step(TrainingBatch batch)
    {
        var labels = Array.ConvertAll(batch.Labels[..batch.Count], label => (long)label);
        if (Array.FindIndex(labels, label => label < 0) is >= 0 and var unlabelled)
        {
            throw new ArgumentException($"Row {unlabelled} of the batch has no label: cross-entropy needs one for every row.", nameof(batch));
        }

        using var scope = NewDisposeScope();
        var logits = Logits(ForwardPass.Train(network), Pixels(batch.Query, batch.Count));
        var loss = F.cross_entropy(logits, tensor(labels, device: device));
        network.FlatGradients!.zero_();
        loss.backward();
        optimizer.Step(LearningRate.At(configuration.Training, CompletedSteps));
        CompletedSteps++;
        return loss.to(ScalarType.Float64).cpu().item<double>();
    }

    /// <summary>Share of pictures given their own class by the classifier, with running statistics.</summary>
    /// <param name="pixels">[labels x bytes of a picture] uint8, channels last.</param>
    /// <param name="labels">Class of each picture.</param>
    public double Accuracy(ReadOnlySpan<byte> pixels, ReadOnlySpan<int> labels)
    {
        using var inference = inference_mode();
        using var frozen = new FrozenNetwork(encoder, network);
        var rowBytes = configuration.Input.RowBytes;
        var correct = 0;
        for (var start = 0; start < labels.Length; start += RowsAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = Math.Min(RowsAtOnce, labels.Length - start);
            var logits = Logits(ForwardPass.Evaluate(frozen), Pixels(pixels.Slice(start * rowBytes, rows * rowBytes).ToArray(), rows));
            var classes = logits.argmax(1).cpu().data<long>().ToArray();
            for (var i = 0; i < rows; i++)
            {
                correct += classes[i] == labels[start + i] ? 1 : 0;
            }
        }

        return (double)correct / labels.Length;
    }

    /// <summary>The encoder as it is now, without its classifier. The caller disposes it.</summary>
    public FrozenEncoder Freeze() => new(encoder, network, input);

    /// <summary>Frees all tensors.</summary>
    public void Dispose()
    {
        optimizer.Dispose();
        network.Dispose();
    }

    private Tensor Logits(ForwardPass pass, Tensor pixels) =>
        F.linear(encoder.Features(pass, pixels), pass.State.Parameter(weight), pass.State.Parameter(bias)); // [N, classes]

    private Tensor Pixels(byte[] pixels, int count) => input.Decode(BatchViews.OnDevice(pixels, count, configuration.Input.RowBytes, device));
}
