using System.Globalization;
using System.Text;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Host.Commands.Describe;

/// <summary>
/// The effective topology as text, from the input topic down to the output topics. A pure function of the options: no clock, no
/// machine, no connection, so that a changed line in <c>topology.approved.txt</c> is a changed behaviour.
/// </summary>
internal static class TopologyDescription
{
    /// <summary>Describes a pipeline; ends with a line feed.</summary>
    public static string Of(PipelineOptions options)
    {
        var text = new StringBuilder();
        Line(text, $"pipeline {options.Name} (seed {options.Seed}, brokers {options.Kafka.BootstrapServers})");
        Line(text, $"");
        Input(text, options);
        Source(text, options);
        Augmentation(text, options);
        Trainer(text, options);
        Delivery(text, options);
        OutputTopics.Describe(text, options);
        return text.ToString();
    }

    /// <summary>Adds one line, numbers invariant.</summary>
    public static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>An enum member as a pipeline file writes it.</summary>
    public static string Name(Enum value) => ValueFormat.Format(value);

    private static void Arrow(StringBuilder text, string carries) => Line(text, $"  | {carries}\n  v");

    private static void Input(StringBuilder text, PipelineOptions o)
    {
        var payload = o.Input.Payload;
        Line(text, $"input topic {o.Input.Topic}");
        if (o.Input.Parts.Count == 0)
        {
            Line(text, $"  value    {Payloads.Describe(payload)}, at most {payload.MaxValueBytes} bytes and {payload.MaxPixels} pixels");
        }

        foreach (var line in o.Input.Parts.Count == 0 ? [] : PartLines.Values(o.Input))
        {
            Line(text, $"  {line}");
        }

        Line(text, $"  null key {Name(o.Input.NullKey)}; null value = tombstone; empty value = dead letter");
        Line(text, $"  label    header {o.Input.LabelHeader}, for {(o.Objective.Positives.SameLabel ? "positives and monitors" : "monitors only")}");
        if (o.Monitor.HeldOutTopic is { } heldOut)
        {
            Line(text, $"held-out topic {heldOut}: never trained on");
            if (o.Input.Parts.Count == 0)
            {
                Line(text, $"  monitor  every {o.Monitor.EverySteps} steps: kNN of {o.Monitor.QueryRecords} held-out records against {o.Monitor.BankRecords} labelled ones");
            }
            else
            {
                Line(text, $"  monitor  every {o.Monitor.EverySteps} steps: R@1, R@5 and R@10 of each part of {o.Monitor.QueryRecords} held-out records among every other part's");
            }
        }

        Arrow(text, "records");
    }

    private static void Source(StringBuilder text, PipelineOptions o)
    {
        Line(text, $"source: consumer group {o.Input.GroupId ?? o.Name}, member {o.Input.GroupInstanceId ?? "dynamic"}");
        Line(text, $"  start {Name(o.Input.Start)} where no checkpoint knows better; an offset that is gone: {Name(o.Input.OnGap)}");
        Line(text, $"  chunks of at most {RecordChunk.MaxRecords} records and {RecordChunk.MaxBytes} bytes; at most {o.Input.MaxInFlightRecords} records on their way to the trainer");
        Arrow(text, "chunk [from, to) of one partition");
    }

    private static void Augmentation(StringBuilder text, PipelineOptions o)
    {
        var workers = o.Augmentation.Workers == 0 ? "one a processor" : o.Augmentation.Workers.ToString(CultureInfo.InvariantCulture);
        Line(text, $"augmentation: {workers}, order kept; query and key view through the steps below, clean view without them");
        foreach (var step in o.Input.Parts.Count > 0 ? PartLines.Views(o) : AugmentationSteps.Of(o.Augmentation, o.Input.Payload.Channels))
        {
            Line(text, $"  {step}");
        }

        Line(text, $"  bad record -> {Name(o.DeadLetters.Policy)}; stop above {o.DeadLetters.MaxShare:0.###} of the last {o.DeadLetters.WindowRecords}");
        Arrow(text, o.Input.Layout.IsBare ? "chunk of pairs (uint8, channels last)" : "chunk of pairs (rows of parts)");
        Line(text, $"assembler: batches of exactly {o.Training.BatchSize} pairs, never flushed by time");
        Arrow(text, "batch");
    }

    private static void Trainer(StringBuilder text, PipelineOptions o)
    {
        var (training, objective) = (o.Training, o.Objective);
        var threads = training.Threads == 0 ? "one thread a processor" : $"{training.Threads} threads";
        Line(text, $"trainer: device {training.Device}, {threads}");
        foreach (var line in o.Input.Parts.Count > 0 ? PartLines.Encoders(o) : EncoderLines.Of(o.Encoder, o.Input.Layout.Parts[0]))
        {
            Line(text, $"  {line}");
        }

        foreach (var (title, what) in ObjectiveDescription.Of(objective))
        {
            Line(text, $"  {title,-10} {what}");
        }

        Line(text, $"  optimizer  {Name(training.Optimizer)}, rate {training.LearningRate:0.##########}, weight decay {training.WeightDecay:0.##########}");
        Line(text, $"  schedule   {training.WarmupSteps} steps of linear warm-up, then {(training.Schedule == RateSchedule.Constant ? "constant" : "1/sqrt(t)")}");
        Line(text, $"  momentum   key encoder = {training.Momentum:0.######} key + {1 - training.Momentum:0.######} query, before the keys of a step");
        if (training.MomentumSchedule == MomentumScheduleKind.WarmRise)
        {
            Line(text, $"             the first factor rises to {training.MomentumCeiling:0.######}; its distance from 1 halves in {training.MomentumRiseSteps} steps");
        }
        Line(text, $"  guards     {Guards(o.Guards)}");
        Line(text, $"  publishes  {Name(o.Input.PublishedParts is null ? o.Output.Embedding : EmbeddingKind.Projection)} vector of the clean view{(o.Input.PublishedParts is null ? "" : " of each part")}, by the key encoder of the last checkpoint, l2");
        Arrow(text, "step: embeddings, tombstones, metrics");
    }

    private static void Delivery(StringBuilder text, PipelineOptions o)
    {
        var checkpoint = o.Checkpoint;
        Line(text, $"checkpoint: weights, queue, offsets and outbox together, in {checkpoint.Directory ?? $"state/{o.Name}"}");
        Line(text, $"  every {DurationText.Format(checkpoint.Every)} or {checkpoint.EveryRecords} records; the last {checkpoint.Keep} and the last {checkpoint.KeepAnnounced} announced are kept");
        Arrow(text, "outbox");
        Line(text, $"delivery: {Name(o.Output.Delivery)}, {DeliveryPromise(o.Output.Delivery)}");
        Line(text, $"  fence    {Fence(o)}");
        Arrow(text, "records");
    }

    private static string Guards(GuardOptions g)
    {
        var collapse = g.Collapse ? $" or {g.CollapseWindows} measures of a collapse after step {g.CollapseWarmupSteps}" : "";
        return FormattableString.Invariant($"{g.NonFiniteInARow} batches in a row that are not finite{collapse}: last healthy checkpoint, rate x {g.RateFactor:0.##}, at most {g.MaxAttempts} times");
    }

    private static string Fence(PipelineOptions o) => o.Output switch
    {
        { Delivery: DeliveryMode.Transactional } => $"transactional.id {o.Output.TransactionalIdOf(o.Name)}",
        { Delivery: DeliveryMode.Checkpointed, Fence: OutputFence.Auto } => $"transactional.id {o.Output.TransactionalIdOf(o.Name)} where the brokers have transactions",
        _ => "none: a trainer that was thought dead may still publish",
    };

    private static string DeliveryPromise(DeliveryMode mode) => mode switch
    {
        DeliveryMode.Immediate => "published at once; after a crash some repeat under a new epoch (at least once)",
        DeliveryMode.Checkpointed => "published once the checkpoint that holds them is durable; repeats are identical (effectively once)",
        DeliveryMode.Transactional => "a checkpoint's outputs and its announcement in one Kafka transaction (exactly once for read_committed consumers)",
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "A delivery mode without a description."),
    };
}
