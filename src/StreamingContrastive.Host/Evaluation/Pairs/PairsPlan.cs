using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Commands.Produce;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using StreamingContrastive.Learning.Objectives.Clusters;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using ClusterPolicy = StreamingContrastive.Learning.Objectives.Clusters.ClusterOptions;

namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>What an evaluation of pairs does for every seed.</summary>
/// <param name="Options">The pipeline: parts, views, encoders, objective, training.</param>
/// <param name="Sets">The emoji.</param>
/// <param name="Steps">Optimizer steps of every trained row.</param>
internal sealed record PairsPlan(PipelineOptions Options, EmojiSets Sets, long Steps)
{
    /// <summary>Who asks whom.</summary>
    public static IReadOnlyList<PairDirection> Directions { get; } =
    [
        new(EmojiRecords.Twitter, EmojiRecords.Google), new(EmojiRecords.Google, EmojiRecords.Twitter),
        new(EmojiRecords.Text, EmojiRecords.Twitter), new(EmojiRecords.Twitter, EmojiRecords.Text),
    ];

    /// <summary>What is asked: name of the ranks, name of the figure, and the ranks below this one are right.</summary>
    public static IReadOnlyList<(string Ranks, string Figure, int Right)> Questions { get; } =
    [
        .. from direction in Directions from k in PairDirection.Recalls select (direction.Name, direction.Figure(k), k),
        .. from part in EditQuestions.Pictures select (EditQuestions.Ranks(part), EditQuestions.Figure(part), 1),
    ];

    /// <summary>The plan of a request.</summary>
    /// <exception cref="UsageException">The pipeline's parts are not those of the data set.</exception>
    public static PairsPlan Of(EvaluationRequest request)
    {
        string[] known = [EmojiRecords.Twitter, EmojiRecords.Google, EmojiRecords.Text];
        if (request.Options.Input.Parts.FirstOrDefault(p => !known.Contains(p.Name)) is { } stranger)
        {
            throw new UsageException($"input:parts has {stranger.Name}, which emoji have not: their parts are {string.Join(", ", known)}. Take some of them, at least two.");
        }

        var data = request.DataDirectory is { } directory ? EmojiPairsDataset.FromDirectory(directory) : EmojiPairsDataset.Bundled();
        var sets = EmojiSets.Of(data, request.Split);
        return new PairsPlan(request.Options, sets, request.Steps ?? DefaultPasses * sets.Learn.Count / request.Options.Training.BatchSize);
    }

    /// <summary>Whether there is a text whose edits can be asked about.</summary>
    public bool HasText => Options.Input.Parts.Any(p => p.Name == EmojiRecords.Text) && Options.Input.Parts.Any(p => EditQuestions.Pictures.Contains(p.Name));

    /// <summary>Most edits that a record of a row brings.</summary>
    public int Edits(EvaluationPart row) => row != EvaluationPart.Edits ? 0
        : Options.Input.Parts.Single(p => p.Name == EmojiRecords.Text).HardNegatives is > 0 and var some ? some : MostEdits;

    /// <summary>The pipeline of a row: with places for edits of the text, or without.</summary>
    public PipelineOptions Pipeline(EvaluationPart row) => Options with
    {
        Input = Options.Input with { Parts = [.. Options.Input.Parts.Select(p => p.Name == EmojiRecords.Text ? p with { HardNegatives = Edits(row) } : p)] },
    };

    /// <summary>The trainer's configuration of a row. Everything but the policies of the rows is the pipeline file's.</summary>
    public TrainerConfiguration Trainer(EvaluationPart row, ulong seed)
    {
        var policies = Options.Objective.Policies;
        var objective = Options.Objective with
        {
            Policies = policies with
            {
                Clusters = row is EvaluationPart.ClusterGuided or EvaluationPart.Both ? policies.Clusters ?? OwnClusters : null,
                AdaptiveWeights = row is EvaluationPart.AdaptiveWeighting or EvaluationPart.Both ? policies.AdaptiveWeights ?? OwnWeights : null,
                HardNegatives = row is EvaluationPart.Edits ? policies.HardNegatives ?? new HardNegativeOptions { LogWeight = EditsLogWeight } : null,
            },
        };
        return TrainerConfigurations.Of(Pipeline(row) with { Objective = objective, Seed = seed });
    }

    private const int DefaultPasses = 40;

    // Beyond what most texts with an edit offer.
    private const int MostEdits = 8;
    private const double EditsLogWeight = 1;

    // Policies of the rows where the pipeline file has none, chosen on the choice fifth (--split train). Some 30 of the queue's 1,024 keys a
    // cluster: of the default's 128, a tenth stayed without a key. Weighted, since masks cost look-alikes that only a drawing's details
    // tell apart. Nine batches of 128 are three quarters of the emoji: a cluster that none of them fell to begins anew.
    private static readonly ClusterPolicy OwnClusters = new() { Count = 32, SameCluster = SameClusterMode.Weight, SameClusterWeight = 0.2, ReseedAfterSteps = 9 };

    // Some 470 steps in all: by the default's windows and rate it is half over before the network is believed.
    private static readonly AdaptiveWeightOptions OwnWeights = new() { WindowSteps = 25, LearningRate = 0.003 };
}
