using System.Collections.Immutable;
using Google.Protobuf.Collections;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>The trainer's progress, to the wire and back.</summary>
internal static class ProgressWire
{
    /// <summary>To the wire.</summary>
    public static Wire.Seen Write(TrainerSeen message)
    {
        var p = message.Progress;
        var wire = new Wire.Seen
        {
            LineageEpoch = p.LineageEpoch,
            Step = p.Step,
            Trained = p.Trained,
            DeadLettered = p.DeadLettered,
            Tombstones = p.Tombstones,
            EmbeddingsPublished = p.EmbeddingsPublished,
            ModelVersion = p.ModelVersion,
            Checkpoint = p.Checkpoint ?? "",
            Lag = p.Lag,
            Pending = p.Pending,
            CollapseSuspected = p.IsCollapseSuspected,
            FirstStepTimestamp = p.FirstStepTimestamp,
            LastStepTimestamp = p.LastStepTimestamp,
            LastPublishedTimestamp = p.LastPublishedTimestamp,
            Timestamp = p.Timestamp,
            TrainedThisRun = p.TrainedThisRun,
            LastCheckpoint = p.LastCheckpoint is { } checkpoint ? Write(checkpoint) : null,
            Probe = p.Probe is { } probe ? new Wire.Probe { Step = probe.Step, Knn20 = probe.Knn20, Knn200 = probe.Knn200, RankMe = probe.RankMe } : null,
            Drift = p.Drift is { } drift ? Write(drift) : null,
            Now = message.Now,
        };
        wire.Durable.AddRange(p.DurableOffsets.Select(next => TrainerWire.Write(next.Key, next.Value)));
        wire.Metrics.Add(new Dictionary<string, double>(MetricValues.Of(p.Metrics, null, null)));
        return wire;
    }

    /// <summary>From the wire.</summary>
    public static TrainerSeen Read(Wire.Seen wire) => new(
        new PipelineProgress
        {
            LineageEpoch = wire.LineageEpoch,
            Step = wire.Step,
            Trained = wire.Trained,
            DeadLettered = wire.DeadLettered,
            Tombstones = wire.Tombstones,
            EmbeddingsPublished = wire.EmbeddingsPublished,
            ModelVersion = wire.ModelVersion,
            Checkpoint = wire.Checkpoint.Length == 0 ? null : wire.Checkpoint,
            DurableOffsets = wire.Durable.ToImmutableDictionary(o => WireChecks.Partition(o, "seen.durable"), o => o.Offset),
            Lag = wire.Lag,
            Pending = wire.Pending,
            IsCollapseSuspected = wire.CollapseSuspected,
            FirstStepTimestamp = wire.FirstStepTimestamp,
            LastStepTimestamp = wire.LastStepTimestamp,
            LastPublishedTimestamp = wire.LastPublishedTimestamp,
            Timestamp = wire.Timestamp,
            TrainedThisRun = wire.TrainedThisRun,
            LastCheckpoint = wire.LastCheckpoint is { } checkpoint ? Read(checkpoint) : null,
            Probe = wire.Probe is { } probe ? new ProbeResult(probe.Step, probe.Knn20, probe.Knn200, probe.RankMe) : null,
            Drift = wire.Drift is { } drift ? new DriftResult(drift.Step, drift.Data, drift.DataPValue, drift.HasModel ? drift.Model : null) : null,
            Metrics = wire.Metrics.Count == 0 ? null : Step(wire.Metrics),
        },
        wire.Now);

    private static Wire.Drift Write(DriftResult drift)
    {
        var wire = new Wire.Drift { Step = drift.Step, Data = drift.Data, DataPValue = drift.DataPValue };
        if (drift.Model is { } model)
        {
            wire.Model = model;
        }

        return wire;
    }

    private static Wire.CheckpointSeen Write(CheckpointSeen seen) => new()
    {
        Name = seen.Name,
        Step = seen.Step,
        ModelVersion = seen.ModelVersion,
        AtTicks = seen.At.UtcTicks,
        Bytes = seen.Bytes,
        CopyTicks = seen.CopyTime.Ticks,
        DurableAfterTicks = seen.DurableAfter.Ticks,
    };

    private static CheckpointSeen Read(Wire.CheckpointSeen wire) => new(
        wire.Name, wire.Step, wire.ModelVersion, WireChecks.Time(wire.AtTicks, "seen.last_checkpoint.at_ticks"), wire.Bytes, new TimeSpan(wire.CopyTicks), new TimeSpan(wire.DurableAfterTicks));

    // A measure that the other version does not have is 0, as one that was not measured.
    private static StepMetrics Step(MapField<string, double> values)
    {
        return new StepMetrics(
            Of("loss"), Of("accuracy"), Of("similarity.positive"), Of("similarity.hardest_negative"), Of("gradient.norm"), Of("update.norm"),
            Of("learning_rate"), (int)Of("queue.filled"), Of("queue.age.steps"), Of("alignment"), Of("uniformity"), Of("dimension.std"),
            (int)Of("rows.invalid"), Of("similarity.negative"))
        {
            EffectiveNegatives = Of("negatives.effective.sum"),
            EffectiveNegativesKish = Of("negatives.effective.kish"),
            ClampedShare = Of("rows.clamped.share"),
            PositivesPerRow = Of("positives.per_row"),
            QueueAgeP50Steps = Of("queue.age.steps.p50"),
            QueueAgeP95Steps = Of("queue.age.steps.p95"),
            RemovedNegatives = Of("negatives.removed"),
            RemovedSameLabelShare = values.TryGetValue("negatives.removed.same_label.share", out var removed) ? removed : null,
            OfferedSameLabelShare = values.TryGetValue("negatives.same_label.share", out var offered) ? offered : null,
            Momentum = Of("momentum"),
            MissingParts = (int)Of("parts.missing"),
            LossScale = values.TryGetValue("loss.scale", out var scale) ? scale : null,
            LossBias = values.TryGetValue("loss.bias", out var bias) ? bias : null,
        };

        double Of(string name) => values.TryGetValue(name, out var value) ? value : 0;
    }
}
