namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>The stages that time and records are told apart by, in the order of a record's way.</summary>
public enum PipelineStage
{
    /// <summary>Collecting a chunk from the consumer.</summary>
    Poll,

    /// <summary>Decoding, validating, making views: handed to a worker until it answers.</summary>
    Augment,

    /// <summary>Waiting until refused records are acknowledged in the dead-letter topic.</summary>
    Letters,

    /// <summary>Waiting until the trainer has room: back-pressure.</summary>
    Credit,

    /// <summary>Admitted by the trainer, waiting for a step.</summary>
    Batch,

    /// <summary>The optimizer step, embeddings included.</summary>
    Process,

    /// <summary>Asking the probe: kNN, RankMe, drift.</summary>
    Evaluate,

    /// <summary>Embedding the sample that the dashboard's map shows; only where there is a dashboard.</summary>
    Sample,

    /// <summary>The trainer stands still to copy its state.</summary>
    CheckpointCopy,

    /// <summary>From that copy until the checkpoint is durable; the acknowledgement of the outbox before it is part of it.</summary>
    CheckpointWrite,

    /// <summary>Handed to the producer until the broker has acknowledged all of a list.</summary>
    Publish,
}

/// <summary>Names of stages as they appear in tags.</summary>
public static class PipelineStageNames
{
    private static readonly string[] Names = ["poll", "augment", "letters", "credit", "batch", "process", "evaluate", "sample", "checkpoint.copy", "checkpoint.write", "publish"];

    /// <summary>Number of stages.</summary>
    public static int Count => Names.Length;

    /// <summary>The stage's name; no string is made.</summary>
    public static string Of(PipelineStage stage) => Names[(int)stage];
}
