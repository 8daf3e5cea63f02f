using StreamingContrastive.Augmentation;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Host.Configuration;

/// <summary>A rule between options, or one that no attribute can say.</summary>
/// <param name="Keys">The keys that it looks at; the first one is named as the wrong one.</param>
/// <param name="Check">The sentence that says what is wrong and what to do, or null.</param>
internal sealed record CrossFieldRule(string[] Keys, Func<PipelineOptions, string?> Check);

/// <summary>All rules between options. A queue shorter than a batch is fine: the ring wraps for any batch size.</summary>
internal static class CrossFieldRules
{
    /// <summary>The rules.</summary>
    public static IReadOnlyList<CrossFieldRule> All { get; } =
    [
        new(["input:maxInFlightRecords", "training:batchSize"], o => o.Input.MaxInFlightRecords < o.Training.BatchSize + RecordChunk.MaxRecords
            ? $"input:maxInFlightRecords = {o.Input.MaxInFlightRecords} is less than training:batchSize = {o.Training.BatchSize} and a chunk of {RecordChunk.MaxRecords}: a batch might never fill. Raise the former to a few batches, or at least {o.Training.BatchSize + RecordChunk.MaxRecords}."
            : null),
        new(["augmentation:cropMinArea", "augmentation:cropMaxArea"], o => Ordered("augmentation:cropMinArea", o.Augmentation.CropMinArea, "augmentation:cropMaxArea", o.Augmentation.CropMaxArea)),
        new(["augmentation:blurMinSigma", "augmentation:blurMaxSigma"], o => Ordered("augmentation:blurMinSigma", o.Augmentation.BlurMinSigma, "augmentation:blurMaxSigma", o.Augmentation.BlurMaxSigma)),
        new(["checkpoint:every"], o => Positive("checkpoint:every", o.Checkpoint.Every)),
        new(["kafka:connectTimeout"], o => Positive("kafka:connectTimeout", o.Kafka.ConnectTimeout)),
        new(["kafka:bootstrapServers"], o => BrokerList.Check(o.Kafka.BootstrapServers)),
        new(["input:topic"], o => TopicName("input:topic", o.Input.Topic)),
        new(["monitor:heldOutTopic"], o => o.Monitor.HeldOutTopic is { } topic ? TopicName("monitor:heldOutTopic", topic) : null),
        new(["monitor:heldOutTopic", "input:topic"], o => o.Monitor.HeldOutTopic == o.Input.Topic
            ? $"monitor:heldOutTopic and input:topic are both {o.Input.Topic}: held-out records must not be trained on. Give them a topic of their own, or set monitor:heldOutTopic to null."
            : null),
        new(["input:topic", "name"], o => OwnOutput("input:topic", o.Input.Topic, o.Name)),
        new(["monitor:heldOutTopic", "name"], o => o.Monitor.HeldOutTopic is { } topic ? OwnOutput("monitor:heldOutTopic", topic, o.Name) : null),
        new(["input:groupId"], o => NotEmpty("input:groupId", o.Input.GroupId)),
        new(["input:groupInstanceId"], o => NotEmpty("input:groupInstanceId", o.Input.GroupInstanceId)),
        new(["output:transactionalId"], o => NotEmpty("output:transactionalId", o.Output.TransactionalId)),
        new(["output:fence", "output:delivery"], o => o.Output is { Delivery: DeliveryMode.Transactional, Fence: OutputFence.Never }
            ? "output:fence = never contradicts output:delivery = transactional: a transaction always fences. Leave output:fence out, or take output:delivery = checkpointed."
            : null),
        new(["checkpoint:directory"], o => NotEmpty("checkpoint:directory", o.Checkpoint.Directory)),
        new(["input:payload:maxValueBytes", "input:payload:format", "input:payload:height", "input:payload:width", "input:payload:channels"], RawFits),
        new(["encoder:width", "encoder:architecture"], o => EncoderOptionsValidator.Width(o.Encoder)),
        new(["encoder:projectionLayers", "encoder:projectionHidden", "encoder:projectionNormalization", "encoder:predictorHidden"], o => EncoderOptionsValidator.Head(o.Encoder)),
        new(["encoder:normalizationSplits", "encoder:normalization", "training:batchSize"], o => EncoderOptionsValidator.Splits(o.Encoder, o.Training.BatchSize)),
        new(["encoder:stem", "input:payload:height", "input:payload:width"], o => o.Input.Parts.Count > 0 ? null : EncoderOptionsValidator.Picture(o.Encoder, o.Input.Payload.Height, o.Input.Payload.Width)),
        .. ObjectiveRules.All.Select(rule => new CrossFieldRule([.. rule.Keys], o => rule.Check(o.Objective))),
        new(["objective:policies:refresh:rowsPerStep", "objective:queueCapacityRows", "input:payload:height", "input:payload:width", "input:payload:channels"], RefreshFits),
        new(["objective:policies:clusters:count", "training:batchSize", "objective:negatives"], o =>
            o.Objective is { Negatives: NegativeSource.Batch, Policies.Clusters: { } clusters } && clusters.Count > o.Training.BatchSize
                ? $"objective:policies:clusters:count = {clusters.Count} needs as many keys to start from, but without a queue (objective:negatives = batch) there are only those of a batch, training:batchSize = {o.Training.BatchSize}. Lower the former, or set objective:negatives to both."
                : null),
        new(["training:momentumCeiling", "training:momentum", "training:momentumSchedule"], o => o.Training is { MomentumSchedule: MomentumScheduleKind.WarmRise } t && t.MomentumCeiling < t.Momentum
            ? FormattableString.Invariant($"training:momentumCeiling = {t.MomentumCeiling} is below training:momentum = {t.Momentum}, where the rise starts: m only rises. Raise the ceiling, 0.999 is the default.")
            : null),
        new(["encoder:predictorHidden", "objective:loss"], o => o.Encoder.PredictorHidden > 0 && o.Objective.Loss is (LossKind.Clip or LossKind.SigLip)
            ? $"encoder:predictorHidden = {o.Encoder.PredictorHidden} has no place under objective:loss = clip or sigLip, where both parts go through query encoders alike. Set it to 0, or objective:loss to infoNce."
            : null),
        .. ClusterRules.All,
        new(["encoder:predictorHidden", "objective:plan"], o => o.Encoder.PredictorHidden > 0 && o.Objective.Plan == PlanKind.InBatch
            ? $"encoder:predictorHidden = {o.Encoder.PredictorHidden} has no place under objective:plan = inBatch, where both views go through the query encoder alike. Set it to 0, or objective:plan to symmetric."
            : null),
    ];

    private static readonly char[] TopicMarks = ['.', '_', '-'];

    private static string? Ordered(string lowKey, double low, string highKey, double high) => low > high
        ? FormattableString.Invariant($"{lowKey} = {low} is greater than {highKey} = {high}: the first is the lower end of the range that is drawn from.")
        : null;

    private static string? Positive(string key, TimeSpan value) =>
        value <= TimeSpan.Zero ? $"{key} = {DurationText.Format(value)} must be longer than zero: write {DurationText.Allowed}." : null;

    private static string? NotEmpty(string key, string? value) =>
        value is not null && value.Trim().Length == 0 ? $"{key} is empty: leave it out to take its default." : null;

    private static string? TopicName(string key, string topic) =>
        topic.Length is > 0 and <= 249 && topic is not ("." or "..") && topic.All(c => char.IsAsciiLetterOrDigit(c) || TopicMarks.Contains(c))
            ? null
            : $"{key} = \"{topic}\" is no Kafka topic name: 1 to 249 letters, digits, dots, underscores and hyphens.";

    private static string? OwnOutput(string key, string topic, string pipeline) => OutputSuffixes.Any(s => topic == $"{pipeline}.{s}")
        ? $"{key} = {topic} is an output of this pipeline: it would read what it writes."
        : null;

    private static readonly string[] OutputSuffixes = ["embeddings", "metrics", "models", "dead-letters"];

    private static string? RawFits(PipelineOptions o)
    {
        var payload = o.Input.Payload;
        var bytes = (long)payload.Height * payload.Width * payload.Channels;
        return o.Input.Parts.Count == 0 && payload.Format == PayloadFormat.Raw && payload.MaxValueBytes < bytes
            ? $"input:payload:maxValueBytes = {payload.MaxValueBytes} is less than the {bytes} bytes of a raw {payload.Shape} picture: every record would be refused."
            : null;
    }

    // The queue then keeps the pictures behind its keys: on the device, and in every checkpoint.
    private static string? RefreshFits(PipelineOptions o)
    {
        const long MostBytes = 1L << 30;
        var payload = o.Input.Payload;
        var bytes = (long)o.Objective.QueueCapacityRows * payload.Height * payload.Width * payload.Channels;
        return o.Objective.Policies.Refresh is not null && bytes > MostBytes
            ? $"objective:policies:refresh keeps the pictures of objective:queueCapacityRows = {o.Objective.QueueCapacityRows} keys, {bytes >> 20} MiB of {payload.Shape}; {MostBytes >> 20} MiB is the limit. Lower the capacity, or leave refresh out."
            : null;
    }
}
