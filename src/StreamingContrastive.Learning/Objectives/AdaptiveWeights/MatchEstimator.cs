using StreamingContrastive.Learning.Evaluation;
using StreamingContrastive.Learning.Objectives.Policies;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives.AdaptiveWeights;

/// <summary>
/// The network that says how likely two momentum keys are a match, what it has learned, and whether it is believed. It learns after every
/// step from detached keys: positives are both views of a record, the record's other parts, and earlier keys of the same record;
/// unlabelled pairs are a key and a random queued one. An eighth of the records is held out, to judge it by. Owns its tensors.
/// </summary>
internal sealed class MatchEstimator : ILearned
{
    private const int LabelledPairs = 2048;

    private readonly AdaptiveWeightOptions options;
    private readonly LearnedSetting setting;
    private readonly MatchNetwork network;
    private readonly Tensor parameters; // [n]
    private readonly Tensor mean; // [n]
    private readonly Tensor square; // [n]
    private readonly Tensor steps; // [1] on the host
    private readonly HeldOutPairs held;
    private readonly Trust trust;

    public MatchEstimator(AdaptiveWeightOptions options, LearnedSetting setting)
    {
        (this.options, this.setting) = (options, setting);
        using var scope = NewDisposeScope();
        network = new MatchNetwork(setting.Dimension, options.Hidden);
        parameters = network.Initial(StepSeed.Of(setting.Seed, 0, "estimator")).to(setting.Type).to(setting.Device).DetachFromDisposeScope();
        mean = zeros_like(parameters).DetachFromDisposeScope();
        square = zeros_like(parameters).DetachFromDisposeScope();
        steps = zeros([1], ScalarType.Int64).DetachFromDisposeScope();
        held = new HeldOutPairs(setting.Dimension, setting.Type, setting.Device);
        trust = new Trust(options.PatienceWindows);
    }

    public string Name => "estimator";

    /// <summary>Whether its weights are in use.</summary>
    public bool IsTrusted => trust.IsTrusted;

    public IReadOnlyList<(string Name, Tensor Value)> State =>
        [("parameters", parameters), ("exp_avg", mean), ("exp_avg_sq", square), ("steps", steps), .. held.State, .. trust.State];

    /// <summary>g of pairs of unit vectors, any shapes [..., d] that broadcast, without gradient.</summary>
    public Tensor Logit(Tensor left, Tensor right) => network.Logit(parameters, left, right);

    public void Learn(Encoded encoded, ObjectiveResult result, StepContext context)
    {
        using var scope = NewDisposeScope();
        var pairs = EstimatorPairs.Of(encoded, result, StepSeed.Of(setting.Seed, context.Step, "estimator"));
        foreach (var (left, same, other) in pairs.HeldOut)
        {
            held.Add(left, same, other);
        }

        if (pairs.Unlabelled is { } unlabelled)
        {
            Descend(pairs.Positive, unlabelled);
        }

        if ((context.Step + 1) % options.WindowSteps == 0)
        {
            trust.Observe(held.Judge(Logit, options.PositivePrior));
        }
    }

    /// <summary>p of pairs of unit vectors, of any type, [n, d] each -> [n].</summary>
    public Tensor Probability(Tensor left, Tensor right)
    {
        using var scope = NewDisposeScope();
        Tensor Here(Tensor rows) => rows.to(setting.Type).to(setting.Device);
        return Logit(Here(left), Here(right)).sigmoid().MoveToOuterDisposeScope();
    }

    public LearnedMeasures Measure(LearnedMeasures measures, ObjectiveResult result, StepContext context)
    {
        using var scope = NewDisposeScope();
        var last = trust.Last;
        var labelled = ByLabels(result, context);
        return measures with
        {
            Estimator = new EstimatorMeasures(
                IsTrusted, held.Count, last?.Auc, last?.CosineAuc, labelled?.CalibrationError ?? last?.CalibrationError, labelled?.Auc, labelled?.CosineAuc),
        };
    }

    public void Dispose()
    {
        parameters.Dispose();
        mean.Dispose();
        square.Dispose();
        steps.Dispose();
        held.Dispose();
        trust.Dispose();
    }

    /// <summary>One step of the network's own Adam on the non-negative risk.</summary>
    private void Descend((Tensor Left, Tensor Right, Tensor Counts) positive, (Tensor Left, Tensor Right, Tensor Counts) unlabelled)
    {
        using var gradients = enable_grad();
        var leaf = parameters.detach().clone().requires_grad_(true);
        var risk = PositiveUnlabelledRisk.Of(
            network.Logit(leaf, positive.Left, positive.Right), network.Logit(leaf, unlabelled.Left, unlabelled.Right),
            options.PositivePrior, positive.Counts, unlabelled.Counts);
        risk.backward();
        using var noGradients = no_grad();
        steps.add_(1);
        AdamStep.Apply(parameters, leaf.grad!, mean, square, steps.data<long>()[0], options.LearningRate);
    }

    private (double? Auc, double? CosineAuc, double? CalibrationError)? ByLabels(ObjectiveResult result, StepContext context)
    {
        if (result.Queue(0) is not { Columns: { } columns } queue)
        {
            return null;
        }

        using var generator = new Generator(StepSeed.Of(setting.Seed, context.Step, "labels"));
        var count = queue.Keys.shape[0];
        var (a, b) = (Draw(generator, LabelledPairs, count), Draw(generator, LabelledPairs, count));
        var (left, right) = (columns[MetaField.Label].index_select(0, a), columns[MetaField.Label].index_select(0, b));
        var kept = left.ge(0).logical_and(right.ge(0)).logical_and(a.ne(b)).nonzero().squeeze(1);
        if (kept.shape[0] == 0)
        {
            return null;
        }

        bool[] same = left.eq(right).index_select(0, kept).cpu().data<bool>().ToArray();
        var (x, y) = (queue.Keys.index_select(0, a.index_select(0, kept)), queue.Keys.index_select(0, b.index_select(0, kept)));
        var logit = Logit(x, y);
        return (RankAuc.Of(HeldOutPairs.Host(logit), same), RankAuc.Of(HeldOutPairs.Host((x * y).sum(1)), same), CalibrationError.Of(HeldOutPairs.Host(logit.sigmoid()), same));
    }

    private Tensor Draw(Generator generator, int number, long below) => EstimatorPairs.Draw(generator, number, below).to(setting.Device);
}
