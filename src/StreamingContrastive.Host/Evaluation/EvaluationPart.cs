namespace StreamingContrastive.Host.Evaluation;

/// <summary>Rows of an evaluation's table.</summary>
internal enum EvaluationPart
{
    /// <summary>Pixels, no encoder.</summary>
    Raw,

    /// <summary>The encoder with its first weights.</summary>
    Untrained,

    /// <summary>The pipeline's trainer on the pictures in their order, once after the other, as a stream brings them; begun again where the steps outlast them.</summary>
    Streamed,

    /// <summary>The same trainer on shuffled epochs, each with views of its own: what a stream gives up.</summary>
    Offline,

    /// <summary>Cross-entropy on the same encoder, on shuffled epochs of the labelled pictures.</summary>
    Supervised,

    /// <summary>The newest checkpoint that the pipeline has written.</summary>
    Checkpoint,

    /// <summary>The streamed row with adaptive weights of negatives, and how well their estimator knows the classes.</summary>
    Estimator,

    /// <summary>Pairs: pixels less the mean picture of their part.</summary>
    RawCentred,

    /// <summary>Pairs: the pipeline's objective without the two policies below.</summary>
    Plain,

    /// <summary>Pairs: with clusters of keys that mask and bring negatives.</summary>
    ClusterGuided,

    /// <summary>Pairs: with weights of an estimator that says which negatives match.</summary>
    AdaptiveWeighting,

    /// <summary>Pairs: with both.</summary>
    Both,

    /// <summary>Pairs: plain, and every record brings edits of its text as hard negatives.</summary>
    Edits,

    /// <summary>Texts: weights of words, no encoder.</summary>
    TfIdf,

    /// <summary>Texts: the pipeline's objective, without labels.</summary>
    Unlabelled,

    /// <summary>Texts: supervised contrastive on the same encoder.</summary>
    SupCon,
}

/// <summary>Which pictures are asked about.</summary>
internal enum EvaluationSplit
{
    /// <summary>The data set's test pictures.</summary>
    Test,

    /// <summary>A holdout of the training pictures, to choose a recipe on.</summary>
    Train,
}
