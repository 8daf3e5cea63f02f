using System.ComponentModel.DataAnnotations;
using StreamingContrastive.Learning.Objectives.Plans;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>Losses that a pipeline file can name.</summary>
public enum LossKind
{
    /// <summary>InfoNCE over one positive (MoCo).</summary>
    InfoNce,

    /// <summary>InfoNCE over the views of a batch (SimCLR); needs the plan inBatch.</summary>
    NtXent,

    /// <summary>Decoupled: the positive is not in the denominator. For small batches.</summary>
    Dcl,

    /// <summary>Supervised contrastive: any number of positives.</summary>
    SupCon,

    /// <summary>Debiased: allows for negatives of the anchor's own class.</summary>
    Debiased,

    /// <summary>Hard negative sampling on top of the debiased loss.</summary>
    Hcl,

    /// <summary>InfoNCE over a batch of pairs of parts with a learned temperature (CLIP); needs the plan crossModal.</summary>
    Clip,

    /// <summary>A logistic loss on every pair of a batch, with learned scale and bias (SigLIP); needs the plan crossModal.</summary>
    SigLip,
}

/// <summary>Who is contrasted with whom.</summary>
public enum PlanKind
{
    /// <summary>Query view against key view (MoCo v1, v2).</summary>
    TwoViews,

    /// <summary>Both views against each other's keys (MoCo v3); twice the encoding.</summary>
    Symmetric,

    /// <summary>All views of a batch against each other, one encoder (SimCLR).</summary>
    InBatch,

    /// <summary>The parts of a record against each other, every pair both ways, a queue a part; with losses clip and sigLip within the batch.</summary>
    CrossModal,
}

/// <summary>The composed objective: plan, positives, negatives, policies, loss.</summary>
public sealed record ObjectiveOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "objective";

    /// <summary>Who is contrasted with whom. Default TwoViews.</summary>
    public PlanKind Plan { get; init; } = PlanKind.TwoViews;

    /// <summary>Loss. Default InfoNce.</summary>
    public LossKind Loss { get; init; } = LossKind.InfoNce;

    /// <summary>Temperature T. Default 0.1. The losses clip and sigLip learn theirs from a start of their own.</summary>
    [Range(0.005, 10.0)]
    public double Temperature { get; init; } = 0.1;

    /// <summary>Where negatives come from. Default Queue; the plan inBatch and the losses clip and sigLip need batch or both.</summary>
    public NegativeSource Negatives { get; init; } = NegativeSource.Queue;

    /// <summary>Past keys in the ring queue, K; with several parts in each of their queues. Default 4096; need not be a multiple of the batch.</summary>
    [Range(1, 1_048_576)]
    public int QueueCapacityRows { get; init; } = 4096;

    /// <summary>Removes an anchor's own earlier keys (same record id) from its negatives. Default true.</summary>
    public bool MaskSameRecord { get; init; } = true;

    /// <summary>Removes negatives whose input has the same bytes as the anchor's, whatever their key. Default false.</summary>
    public bool MaskSameInput { get; init; }

    /// <summary>Positives beside the own other view.</summary>
    public PositiveOptions Positives { get; init; } = new();

    /// <summary>Policies on the negatives, each off unless it is named. They run in one fixed order, whatever their order here: masks, falseNegatives, clusters (mask), ring, semiHard, hardest, clusters (nearest), ageDecay, hardNegatives, clusters (weight), adaptiveWeights, eqCo, clusters (hard negative), moChi.</summary>
    public PolicyOptions Policies { get; init; } = new();

    /// <summary>Values of loss dcl.</summary>
    public DclOptions? Dcl { get; init; }

    /// <summary>Values of loss supCon.</summary>
    public SupConOptions? SupCon { get; init; }

    /// <summary>Values of loss debiased.</summary>
    public DebiasedOptions? Debiased { get; init; }

    /// <summary>Values of loss hcl.</summary>
    public HclOptions? Hcl { get; init; }

    /// <summary>Values of loss clip.</summary>
    public ClipOptions? Clip { get; init; }

    /// <summary>Values of loss sigLip.</summary>
    public SigLipOptions? SigLip { get; init; }

    /// <summary>Values of plan crossModal.</summary>
    public CrossModalOptions? CrossModal { get; init; }
}
