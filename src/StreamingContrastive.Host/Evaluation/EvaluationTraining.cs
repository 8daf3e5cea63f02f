using System.Globalization;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Hosting;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>An encoder that was trained, or not, and how.</summary>
/// <param name="Encoder">The encoder, frozen; the owner of this record disposes it.</param>
/// <param name="Steps">Optimizer steps.</param>
/// <param name="Epochs">Views of a kind per picture: steps x batch / pictures.</param>
/// <param name="Figures">What was seen while it was trained, by name: the classifier's accuracy on the queries, what the policies removed.</param>
internal sealed record TrainedEncoder(FrozenEncoder Encoder, long Steps, double Epochs, IReadOnlyDictionary<string, double> Figures) : IDisposable
{
    /// <inheritdoc />
    public void Dispose() => Encoder.Dispose();
}

/// <summary>Makes the encoders of the table. Synchronous: the trainer's tensors belong to the calling thread.</summary>
internal sealed class EvaluationTraining(EvaluationPlan plan, TextWriter output)
{
    private const int Announcements = 5;
    private const int MetricsEverySteps = 20;

    /// <summary>Trains the encoder of a row; not for raw pixels.</summary>
    public TrainedEncoder Train(EvaluationPart part, ulong seed, DurableLineage? checkpoint, CancellationToken cancellation) => part switch
    {
        EvaluationPart.Untrained => Contrastive(new ContrastiveTrainer(plan.Trainer(seed)), part, seed, null, cancellation),
        EvaluationPart.Streamed => Contrastive(new ContrastiveTrainer(plan.Trainer(seed)), part, seed, plan.Stream(seed), cancellation),
        EvaluationPart.Estimator => Contrastive(new ContrastiveTrainer(WithEstimator(plan.Trainer(seed))), part, seed, plan.Stream(seed), cancellation),
        EvaluationPart.Offline => Contrastive(new ContrastiveTrainer(plan.Trainer(seed)), part, seed, new EpochOrder([.. Enumerable.Range(0, plan.Learn.Count)], seed), cancellation),
        EvaluationPart.Supervised => Supervised(seed, cancellation),
        EvaluationPart.Checkpoint => Contrastive((checkpoint ?? throw NoCheckpoint()).OpenTrainer(plan.Trainer(seed)), part, seed, null, cancellation),
        _ => throw new ArgumentOutOfRangeException(nameof(part), part, "A row without an encoder."),
    };

    private TrainedEncoder Contrastive(ContrastiveTrainer trainer, EvaluationPart part, ulong seed, IPictureOrder? order, CancellationToken cancellation)
    {
        var removed = new RemovedShare();
        using (trainer)
        {
            if (order is not null)
            {
                var labelled = plan.LabelShare < 1 ? plan.Labelled(seed) : null;
                var source = new BatchSource(plan.Options, plan.Learn, order, labelled, seed);
                Run(part, seed, () => removed.Observe(trainer.Step(source.Next(), Measures(trainer.CompletedSteps), embedClean: false)), cancellation);
            }

            return new TrainedEncoder(trainer.FreezeKey(), trainer.CompletedSteps, Epochs(trainer.CompletedSteps, plan.Learn.Count), new Dictionary<string, double>(
                removed.Figures.Concat(EstimatorJudgement.Of(trainer, plan.Sets.Queries, plan.Options.Encoder.ProjectionDimension, seed))));
        }
    }

    private static TrainerConfiguration WithEstimator(TrainerConfiguration trainer) => trainer.Objective.Policies.AdaptiveWeights is not null
        ? trainer
        : trainer with { Objective = trainer.Objective with { Policies = trainer.Objective.Policies with { AdaptiveWeights = new() } } };

    private TrainedEncoder Supervised(ulong seed, CancellationToken cancellation)
    {
        var labelled = plan.Labelled(seed);
        var source = new BatchSource(plan.Options, plan.Learn, new EpochOrder(labelled, seed), null, seed);
        using var trainer = new SupervisedTrainer(plan.Trainer(seed), plan.Sets.Train.Labels.ToArray().Max() + 1);
        Run(EvaluationPart.Supervised, seed, () => double.IsFinite(trainer.Step(source.Next())), cancellation);
        var accuracy = trainer.Accuracy(plan.Sets.Queries.Pixels.Span, plan.Sets.Queries.Labels);
        return new TrainedEncoder(trainer.Freeze(), trainer.CompletedSteps, Epochs(trainer.CompletedSteps, labelled.Length), new Dictionary<string, double> { [EvaluationNames.Classifier] = accuracy });
    }

    private void Run(EvaluationPart part, ulong seed, Func<bool> step, CancellationToken cancellation)
    {
        for (var done = 1L; done <= plan.Steps; done++)
        {
            cancellation.ThrowIfCancellationRequested();
            if (!step())
            {
                throw new InvalidOperationException($"{part}, seed {seed}: the loss of step {done} is not finite, so there is no encoder to judge. Lower training:learningRate, or raise objective:temperature.");
            }

            if (done * Announcements / plan.Steps != (done - 1) * Announcements / plan.Steps)
            {
                output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {EvaluationNames.Of(part)}, seed {seed}: step {done} of {plan.Steps}"));
            }
        }
    }

    // From the middle on: early on the encoder knows little, and the queue is filling.
    private bool Measures(long step) => step >= plan.Steps / 2 && step % MetricsEverySteps == 0;

    private double Epochs(long steps, int pictures) => (double)steps * plan.Options.Training.BatchSize / pictures;

    private UsageException NoCheckpoint() => new(
        $"There is no checkpoint in {DurableLineage.DirectoryOf(plan.Options)}: run the pipeline first, name its directory with --set checkpoint:directory=DIR, or leave checkpoint out of --parts.");
}
