using StreamingContrastive.Learning.Objectives.AdaptiveWeights;
using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>What one step's objective came to. Tensors belong to the step's dispose scope.</summary>
/// <param name="Loss">Scalar with gradient: the mean over valid rows, weighted over directions and summed; 0 where no row is valid.</param>
/// <param name="Directions">The directions after all policies, with their rows' losses.</param>
internal sealed record ObjectiveResult(Tensor Loss, IReadOnlyList<(Direction Direction, LossRows Rows)> Directions)
{
    /// <summary>The queue of a part as the step saw it, keys and metadata being views of it; null where no direction contrasts with it, or it is empty.</summary>
    public CandidateBlock? Queue(int part) => Directions
        .Where(d => d.Direction.CandidatePart == part)
        .SelectMany(d => d.Direction.Offered)
        .FirstOrDefault(b => b.Origin == Origin.Queue && b is { Count: > 0, Columns: not null });
}

/// <summary>Plan, positives, policies in stage order, loss and learned parts: the objective that a pipeline file describes (learning.md section 7).</summary>
internal sealed class ComposedObjective : IDisposable
{
    private readonly IPlan plan;
    private readonly IReadOnlyList<IPositiveRule> positives;
    private readonly IReadOnlyList<IPolicy> policies;
    private readonly IReadOnlyList<ILossTerm> terms;

    public ComposedObjective(IPlan plan, IEnumerable<IPolicy> policies, ILoss loss, IEnumerable<IPositiveRule>? positives = null, IEnumerable<ILearned>? learned = null, IEnumerable<ILossTerm>? terms = null)
    {
        this.plan = plan;
        Loss = loss;
        this.positives = [.. positives ?? []];
        this.policies = [.. policies.OrderBy(policy => policy.Stage)]; // OrderBy is stable: the given order within a stage
        this.terms = [.. terms ?? []];
        Learned = [.. learned ?? []];
    }

    /// <summary>What it needs encoded.</summary>
    public ViewEncoding Encoding => plan.Encoding;

    /// <summary>The loss of every direction.</summary>
    public ILoss Loss { get; }

    /// <summary>Whether it means nothing without labels in the stream.</summary>
    public bool NeedsLabels => positives.Select(p => p.Needs).Concat(policies.Select(p => p.Needs)).Append(Loss.Needs).Any(needs => needs.HasFlag(Needs.Labels));

    /// <summary>Parts that learn, for the checkpoint.</summary>
    public IReadOnlyList<ILearned> Learned { get; }

    /// <summary>The estimator of matches; null without one.</summary>
    public MatchScores? Matches => Learned.OfType<MatchEstimator>().FirstOrDefault() is { } estimator ? new MatchScores(estimator) : null;

    /// <summary>Composes what the options name.</summary>
    /// <param name="options">The options.</param>
    /// <param name="seed">Seed of the policies' draws.</param>
    /// <param name="setting">What learned parts must know; null only where the options name none.</param>
    /// <exception cref="ArgumentException">They mix what cannot be mixed; the message says what to change.</exception>
    public static ComposedObjective Create(ObjectiveOptions options, ulong seed = 0, LearnedSetting? setting = null)
    {
        // The temperature is refused by the loss, with the same words for every loss.
        var chosen = ObjectiveParts.Loss(options);
        var problems = ObjectiveRules.Problems(options).ToArray();
        if (problems.Length > 0)
        {
            throw new ArgumentException(string.Join(' ', problems), nameof(options));
        }

        var learned = LearnedParts.Of(options, setting);
        return new ComposedObjective(
            ObjectiveParts.Plan(options),
            ObjectiveParts.Policies(options, seed, learned).Select(p => p.Part),
            chosen,
            ObjectiveParts.Positives(options).Select(p => p.Part),
            learned.All,
            ObjectiveParts.Terms(options, learned).Select(p => p.Part));
    }

    public ObjectiveResult Evaluate(Encoded encoded, IReadOnlyList<QueueSnapshot> queues, StepContext context)
    {
        foreach (var part in Learned)
        {
            using var noGradients = no_grad();
            part.Observe(encoded, context);
        }

        var results = plan.Build(encoded, queues)
            .Select(direction => direction with { References = References(encoded, direction) })
            .Select(direction => positives.Aggregate(direction, (d, rule) => rule.Mark(d)))
            .Select(direction => policies.Aggregate(direction with { Offered = direction.Blocks }, (d, policy) => policy.Apply(d, context)))
            .Select(direction => (Direction: direction, Rows: WithoutMissing(direction, Loss.Forward(direction))))
            .ToArray();
        var total = results.Select(r => Mean(r.Rows) * r.Direction.Weight).Aggregate((sum, next) => sum + next);
        foreach (var term in from term in terms from r in results select term.Forward(r.Direction) is { } value ? value * r.Direction.Weight : null)
        {
            total = term is null ? total : total + term;
        }

        return new ObjectiveResult(total, results);
    }

    /// <summary>Lets the learned parts learn from a finished step.</summary>
    public void Learn(Encoded encoded, ObjectiveResult result, StepContext context)
    {
        if (Learned.Count == 0)
        {
            return;
        }

        using var noGradients = no_grad();
        foreach (var part in Learned)
        {
            part.Learn(encoded, result, context);
        }
    }

    /// <summary>What the learned parts have to say of a finished step.</summary>
    public LearnedMeasures Measure(ObjectiveResult result, StepContext context)
    {
        using var noGradients = no_grad();
        return Learned.Aggregate(new LearnedMeasures(null, null), (measures, part) => part.Measure(measures, result, context));
    }

    /// <summary>The one commit of a step: everything that any direction wants remembered, once every direction is done.</summary>
    /// <param name="encoded">The step's batch.</param>
    /// <param name="queues">One a part; they take the keys.</param>
    /// <param name="pictures">Inputs [n, bytes] behind the keys, asked for only by a queue that keeps them.</param>
    public void Commit(Encoded encoded, IReadOnlyList<NegativeQueue> queues, Func<Enqueue, Tensor> pictures)
    {
        foreach (var keys in Keys(encoded))
        {
            var queue = queues[keys.Part];
            queue.Enqueue(keys.Keys, keys.Items, queue.Pictures is null ? null : pictures(keys));
        }
    }

    /// <summary>What to remember once every direction is done.</summary>
    public IReadOnlyList<Enqueue> Keys(Encoded encoded) => plan.Keys(encoded);

    public void Dispose()
    {
        foreach (var part in Learned)
        {
            part.Dispose();
        }
    }

    // A plan may have several anchors a record, all records once and then all again.
    private static Tensor? References(Encoded encoded, Direction direction) => encoded.References?.repeat(direction.Anchors.shape[0] / encoded.References.shape[0], 1);

    // A loss knows of candidates only; that the record itself lacks a part is the direction's to say.
    private static LossRows WithoutMissing(Direction direction, LossRows rows) => direction.Valid is not { } present ? rows : rows with
    {
        PerRow = rows.PerRow.masked_fill(present.logical_not(), 0),
        Valid = rows.Valid?.logical_and(present) ?? present,
        Clamped = rows.Clamped?.logical_and(present),
    };

    // Invalid rows are 0 in PerRow, so they only have to leave the divisor.
    private static Tensor Mean(LossRows rows) =>
        rows.Valid is null ? rows.PerRow.mean() : rows.PerRow.sum() / rows.Valid.sum().clamp_min(1);
}
