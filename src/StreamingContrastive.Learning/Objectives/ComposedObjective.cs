using StreamingContrastive.Learning.Queue;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>What one step's objective came to. Tensors belong to the step's dispose scope.</summary>
/// <param name="Loss">Scalar with gradient: the mean over valid rows, weighted over directions; 0 where no row is valid.</param>
/// <param name="Directions">The directions after all policies, with their rows' losses.</param>
internal sealed record ObjectiveResult(Tensor Loss, IReadOnlyList<(Direction Direction, LossRows Rows)> Directions);

/// <summary>Plan, policies in stage order, and loss: the objective that a pipeline file describes (learning.md section 7).</summary>
internal sealed class ComposedObjective
{
    private readonly IPlan plan;
    private readonly ILoss loss;
    private readonly IReadOnlyList<IPolicy> policies;

    public ComposedObjective(IPlan plan, IEnumerable<IPolicy> policies, ILoss loss)
    {
        this.plan = plan;
        this.loss = loss;
        this.policies = [.. policies.OrderBy(policy => policy.Stage)]; // OrderBy is stable: the file's order within a stage
    }

    public static ComposedObjective Create(ObjectiveOptions options)
    {
        ILoss loss = options.Loss switch
        {
            LossKind.InfoNce => new InfoNceLoss(options.Temperature),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Loss, $"objective.loss must be one of {string.Join(", ", Enum.GetNames<LossKind>())}."),
        };
        return new ComposedObjective(new TwoViewPlan(), options.MaskSameRecord ? [new SameRecordMask()] : [], loss);
    }

    public ObjectiveResult Evaluate(Encoded encoded, QueueSnapshot queue, StepContext context)
    {
        var results = plan.Build(encoded, queue)
            .Select(direction => policies.Aggregate(direction, (d, policy) => policy.Apply(d, context)))
            .Select(direction => (Direction: direction, Rows: loss.Forward(direction)))
            .ToArray();
        var total = results.Select(r => Mean(r.Rows) * r.Direction.Weight).Aggregate((sum, next) => sum + next);
        return new ObjectiveResult(total, results);
    }

    /// <summary>What to remember once every direction is done.</summary>
    public IReadOnlyList<Enqueue> Keys(Encoded encoded) => plan.Keys(encoded);

    // Invalid rows are 0 in PerRow, so they only have to leave the divisor.
    private static Tensor Mean(LossRows rows) =>
        rows.Valid is null ? rows.PerRow.mean() : rows.PerRow.sum() / rows.Valid.sum().clamp_min(1);
}
