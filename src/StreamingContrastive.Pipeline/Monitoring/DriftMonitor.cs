using System.Numerics.Tensors;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Monitoring;

/// <summary>
/// Looks, every so many steps, whether the stream has changed since the start, and how far the encoder has moved (learning.md G1, G4).
/// Needs no labels. Keeps views of the first records and of the newest, and embeds both with the encoder of now: vectors of different
/// versions would report the model's drift as the data's. Runs on the trainer's thread between two steps.
/// </summary>
internal sealed class DriftMonitor
{
    // Enough for the test to see a change; large pictures get fewer, so that two windows never take more than twice these bytes.
    private const int MostRecords = 256;
    private const int LeastRecords = 32;
    private const int MostBytes = 16 * 1024 * 1024;

    private const int Permutations = 200;

    private readonly WatchedPart _part;
    private readonly int _everySteps;
    private readonly byte[] _reference;
    private readonly byte[] _newest;
    private long _seen;
    private float[]? _before;

    /// <param name="part">What of a row is looked at.</param>
    /// <param name="everySteps">Steps between two looks.</param>
    public DriftMonitor(WatchedPart part, int everySteps)
    {
        (_part, _everySteps) = (part, everySteps);
        WindowRecords = Math.Clamp(MostBytes / part.Bytes, LeastRecords, MostRecords);
        _reference = new byte[WindowRecords * part.Bytes];
        _newest = new byte[WindowRecords * part.Bytes];
    }

    /// <summary>Records of each window.</summary>
    public int WindowRecords { get; }

    /// <summary>Takes the clean views of a batch.</summary>
    public void Observe(TrainingBatch batch)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            if (!_part.TryRead(batch, row, out var view))
            {
                continue;
            }

            if (_seen < WindowRecords)
            {
                view.CopyTo(_reference.AsSpan((int)_seen * _part.Bytes));
            }
            else
            {
                view.CopyTo(_newest.AsSpan((int)(_seen % WindowRecords) * _part.Bytes));
            }

            _seen++;
        }
    }

    /// <summary>Whether a look is due after this step; never before both windows are full.</summary>
    public bool IsDue(long step) => step % _everySteps == 0 && _seen >= 2 * WindowRecords;

    /// <summary>Embeds both windows with the key encoder's backbone and compares them.</summary>
    public DriftResult Evaluate(ContrastiveTrainer trainer)
    {
        var (reference, newest) = (Embed(trainer, _reference), Embed(trainer, _newest));
        var data = MaximumMeanDiscrepancy.Test(reference, newest, trainer.FeatureDimension, Permutations, new Random(unchecked((int)trainer.CompletedSteps)));
        double? model = _before is null ? null : 1 - (TensorPrimitives.Dot(reference.AsSpan(), _before) / (double)WindowRecords);
        _before = reference;
        return new DriftResult(trainer.CompletedSteps, data.Value, data.PValue, model);
    }

    // Unit rows, so the dot product of two of these arrays is the sum of the rows' cosines.
    private float[] Embed(ContrastiveTrainer trainer, byte[] pixels)
    {
        var features = new float[WindowRecords * trainer.FeatureDimension];
        trainer.Embed(pixels, WindowRecords, Snapshot.Key, EmbeddingKindOf.Backbone, features);
        return features;
    }
}
