using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Clusters;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Objectives.Policies;

namespace StreamingContrastive.Tests.Learning.Objectives;

public sealed class ObjectiveRulesTests
{
    public static TheoryData<ObjectiveOptions, string> Impossible => new()
    {
        { new() { Loss = LossKind.Dcl, Positives = new() { SameLabel = true } }, "objective:loss = dcl takes exactly one positive an anchor, the own other view, but objective:positives:sameLabel changes that. Set objective:loss to supCon, or take it back." },
        { new() { Policies = new() { FalseNegatives = new() { Mode = FalseNegativeMode.Attract } } }, "objective:policies:falseNegatives changes that" },
        { new() { Positives = new() { SameKey = new(), OwnView = false } }, "objective:positives:ownView and objective:positives:sameKey change that" },
        { new() { Loss = LossKind.SupCon }, "objective:loss = supCon has nothing to gather" },
        { new() { Loss = LossKind.SupCon, Positives = new() { OwnView = false } }, "objective:positives:ownView = false leaves no anchor a positive" },
        { new() { Plan = PlanKind.InBatch }, "Set objective:negatives to batch, or to both" },
        { new() { Loss = LossKind.NtXent }, "Set objective:plan to inBatch and objective:negatives to batch" },
        { new() { Negatives = NegativeSource.Batch, Policies = new() { AgeDecay = new() } }, "objective:negatives = batch has no queue, but objective:policies:ageDecay acts on queued keys" },
        { new() { Negatives = NegativeSource.Batch, Policies = new() { AgeLimit = new(), Refresh = new() } }, "objective:policies:ageLimit and objective:policies:refresh act on queued keys" },
        { new() { Policies = new() { Ring = new() { Lower = .9, Upper = .5 } } }, "objective:policies:ring:lower = 0.9 is not below objective:policies:ring:upper = 0.5" },
        { new() { Policies = new() { Ring = new() { Lower = .5, LowerEnd = .4, AnnealSteps = 10 } } }, "the lower end only rises" },
        { new() { Loss = LossKind.Clip, Negatives = NegativeSource.Batch }, "objective:loss = clip contrasts the parts of a batch's records" },
        { new() { Loss = LossKind.SigLip, Plan = PlanKind.CrossModal }, "objective:negatives = queue. Set objective:plan to crossModal and objective:negatives to batch" },
        { new() { Loss = LossKind.SigLip, Plan = PlanKind.CrossModal, Negatives = NegativeSource.Both, Policies = new() { EqCo = new(), Ring = new() } }, "objective:loss = sigLip judges every pair alone, but objective:policies:eqCo and objective:policies:ring weigh candidates against each other" },
        { new() { Loss = LossKind.NtXent, Plan = PlanKind.CrossModal, Negatives = NegativeSource.Batch }, "but objective:plan = crossModal" },
        { new() { CrossModal = new() }, "objective:crossModal gives values for another plan than objective:plan = twoViews" },
        { new() { Clip = new() }, "objective:clip gives values for another loss" },
        { new() { Hcl = new() }, "objective:hcl gives values for another loss than objective:loss = infoNce" },
        { new() { Policies = new() { AgeLimit = new() { Steps = 0 } } }, "objective:policies:ageLimit has no limit" },
        { new() { Policies = new() { Clusters = new() { SameCluster = SameClusterMode.Keep, HardNegative = false } } }, "objective:policies:clusters learns clusters that nothing reads" },
        { new() { Policies = new() { Clusters = new() { Nearest = 128 } } }, "objective:policies:clusters:nearest = 128 is not below objective:policies:clusters:count = 128" },
        { new() { Policies = new() { Clusters = new() { MarginWeight = 1, MarginLeast = .6 } } }, "marginLeast = 0.6 is above objective:policies:clusters:marginMost = 0.5" },
        { new() { Negatives = NegativeSource.Batch, Policies = new() { AdaptiveWeights = new() } }, "objective:policies:adaptiveWeights acts on queued keys" },
        { new() { Policies = new() { AgeLimit = new() { EventTime = TimeSpan.FromSeconds(-1) } } }, "must not be below zero" },
    };

    public static TheoryData<ObjectiveOptions> Possible => new()
    {
        new ObjectiveOptions(),
        new ObjectiveOptions { Plan = PlanKind.Symmetric, Loss = LossKind.Dcl, Negatives = NegativeSource.Both },
        new ObjectiveOptions { Plan = PlanKind.InBatch, Loss = LossKind.NtXent, Negatives = NegativeSource.Batch },
        new ObjectiveOptions { Plan = PlanKind.InBatch, Loss = LossKind.SupCon, Negatives = NegativeSource.Both, Positives = new() { SameLabel = true } },
        new ObjectiveOptions { Loss = LossKind.SupCon, Policies = new() { FalseNegatives = new() { Mode = FalseNegativeMode.Attract } } },
        new ObjectiveOptions { Loss = LossKind.Hcl, Hcl = new(), Policies = new() { Ring = new(), AgeLimit = new(), AgeDecay = new(), MoChi = new(), EqCo = new(), Hardest = new(), SemiHard = new(), FalseNegatives = new(), Refresh = new() } },
        new ObjectiveOptions { Plan = PlanKind.CrossModal, CrossModal = new() { WithinWeight = 1 }, Policies = new() { Ring = new(), MoChi = new(), Refresh = new() } },
        new ObjectiveOptions { Plan = PlanKind.CrossModal, Loss = LossKind.Clip, Clip = new(), Negatives = NegativeSource.Both, Policies = new() { Hardest = new(), EqCo = new() } },
        new ObjectiveOptions { Plan = PlanKind.CrossModal, Loss = LossKind.SigLip, SigLip = new(), Negatives = NegativeSource.Batch, MaskSameInput = true },
        new ObjectiveOptions { Policies = new() { Clusters = new() { Nearest = 5, MarginWeight = .1 }, AdaptiveWeights = new(), Hardest = new(), FalseNegatives = new(), EqCo = new(), MoChi = new() } },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Problems_ImpossibleMix_SaysWhatToChange(ObjectiveOptions options, string expected) =>
        ObjectiveRules.Problems(options).ShouldContain(problem => problem.Contains(expected, StringComparison.Ordinal), string.Join('\n', ObjectiveRules.Problems(options)));

    [Theory]
    [MemberData(nameof(Possible))]
    public void Problems_PossibleMix_HasNone(ObjectiveOptions options) => ObjectiveRules.Problems(options).ShouldBeEmpty();

    [Fact]
    public void Policies_AllOfThem_ComeInTheOneLegalOrder()
    {
        var all = Possible.ElementAt(5).Data;

        var order = ObjectiveParts.Policies(all with { MaskSameInput = true }, 0).Select(p => p.Key.Split(':')[^1]);

        order.ShouldBe(["maskSameRecord", "maskSameInput", "ageLimit", "falseNegatives", "ring", "semiHard", "hardest", "ageDecay", "eqCo", "moChi"]);
    }

    [Fact]
    public void Policies_Learned_ActAtTheirStages()
    {
        var parts = ObjectiveParts.Policies(Possible.Last().Data, 0).Select(p => p.Part.GetType().Name);

        parts.ShouldBe(["SameRecordMask", "FalseNegatives", "SameCluster", "HardestOnly", "NearestClusters", "MatchWeighting", "EqCo", "SecondNearest", "MoChi"]);
    }

    [Fact]
    public void Describe_Learned_NamesEveryPart()
    {
        var text = string.Join('\n', ObjectiveDescription.Of(Possible.Last().Data).Select(l => $"{l.Title} {l.Text}"));

        foreach (var word in (string[])["eliminate: negatives of the own cluster", "5 clusters nearest", "(1 - p), 0.01 to 10", "second-nearest centroid", "loss term bidirectional margin", "0.2 to 0.5, weight 0.1", "128 of each part's keys", "64 hidden units"])
        {
            text.ShouldContain(word);
        }
    }

    [Theory]
    [InlineData(6, "cross-modal: the queries of one part against the keys of the other, both ways, keys remembered after both; each part's two views with weight 1", "ring queue of 4096 keys a part;")]
    [InlineData(7, "clip, learned scale from 14.285714, at most 100", "gradient on both sides", "ring queue of 4096 keys a part and the other records")]
    [InlineData(8, "sigLip, learned scale from 10, at most 100, learned bias from -10", "gradient on both sides", "the other records of the batch")]
    public void Describe_CrossModal_SaysWhoMeetsWhom(int index, params string[] words)
    {
        var text = string.Join('\n', ObjectiveDescription.Of(Possible.ElementAt(index).Data).Select(l => $"{l.Title} {l.Text}"));

        words.ShouldAllBe(word => text.Contains(word, StringComparison.Ordinal), text);
    }

    [Fact]
    public void Describe_EverythingOn_NamesEveryPart()
    {
        var text = string.Join('\n', ObjectiveDescription.Of(Possible.ElementAt(5).Data with { Plan = PlanKind.Symmetric, Negatives = NegativeSource.Both }).Select(l => $"{l.Title} {l.Text}"));

        foreach (var word in (string[])["hcl, temperature 0.1, positive prior 0.1, hardness 1", "symmetric", "ring queue of 4096 keys and the other records", "keys older than 1000 steps", "eliminate", "percentiles 0.5 to 0.9", "semi-hard", "the 1024 most similar", "half after 100 steps", "count like 65536", "MoCHi: 64 mixes", "32 oldest keys"])
        {
            text.ShouldContain(word);
        }
    }
}
