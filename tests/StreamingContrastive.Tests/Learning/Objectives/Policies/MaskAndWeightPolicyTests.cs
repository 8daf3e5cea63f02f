using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Policies;
using StreamingContrastive.Learning.Objectives.Positives;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Objectives.Policies;

[Collection(TorchTests.Name)]
public sealed class MaskAndWeightPolicyTests
{
    private const double Gone = double.NegativeInfinity;

    [Fact]
    public void SameInput_EqualHashes_AreRemovedWhateverTheirRecord()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.WithColumns(Contrast.TestVector(), Contrast.Field(MetaField.InputHash, 5, 7, 5)) with { Rows = Contrast.Field(MetaField.InputHash, 5) };

        Contrast.Weights(new SameInputMask().Apply(direction, new StepContext(0))).ShouldBe([Gone, 0, Gone]);
    }

    [Fact]
    public void AgeLimit_Steps_RemovesOlderOnes()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.WithColumns(Contrast.TestVector(), Contrast.Field(MetaField.Step, 10, 4, 3));

        Contrast.Weights(new AgeLimit(6, 0).Apply(direction, new StepContext(10))).ShouldBe([0, 0, Gone]);
    }

    [Fact]
    public void AgeLimit_EventTime_CountsFromTheNewestOfTheBatchAndSparesUnknown()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.WithColumns(Contrast.TestVector(), Contrast.Field(MetaField.EventTime, 10_000, 2_999, -1)) with { Rows = Contrast.Field(MetaField.EventTime, 13_000) };

        Contrast.Weights(new AgeLimit(0, 10_000).Apply(direction, new StepContext(0))).ShouldBe([0, Gone, 0]);
    }

    [Fact]
    public void AgeLimit_OldPositive_IsRemovedToo()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.WithQueuePositives(Contrast.WithColumns(Contrast.TestVector(), Contrast.Field(MetaField.Step, 1, 9, 9)), Contrast.Rows(ScalarType.Float64, [1, 0, 0]));

        Contrast.Weights(new AgeLimit(3, 0).Apply(direction, new StepContext(10))).ShouldBe([Gone, 0, 0]);
    }

    [Fact]
    public void Weights_MarkedPositives_KeepTheirs()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.WithQueuePositives(Contrast.WithColumns(Contrast.TestVector(), Contrast.Field(MetaField.Step, 0, 0, 8)), Contrast.Rows(ScalarType.Float64, [1, 0, 0]));

        Contrast.Weights(new AgeDecay(8).Apply(direction, new StepContext(8))).ShouldBe([0, Math.Log(.5), 0], 1e-12);
        Contrast.Weights(new EqCo(20).Apply(direction, new StepContext(8))).ShouldBe([0, Math.Log(10), Math.Log(10)], 1e-12); // two negatives count like 20
    }

    [Fact]
    public void EqCo_RemovedCandidates_AreNotCounted()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.WithQueueWeights(Contrast.TestVector(), Contrast.Rows(ScalarType.Float64, [0, Gone, 0]));

        Contrast.Weights(new EqCo(8).Apply(direction, new StepContext(0))).Select(Math.Exp).ToArray().ShouldBe([4, 0, 4], 1e-12);
    }

    [Fact]
    public void SameKey_InsideTheWindow_IsPositiveAndSparedByTheIdMask()
    {
        using var scope = NewDisposeScope();
        var columns = Contrast.With(Contrast.Field(MetaField.RecordId, 7, 7, 8), MetaField.EventTime, 900, 100, 900);
        var direction = Contrast.WithColumns(Contrast.TestVector(), columns) with { Rows = Contrast.With(Contrast.Field(MetaField.RecordId, 7), MetaField.EventTime, 1000) };

        var marked = new SameRecordMask().Apply(new SameKeyPositives(500).Mark(direction), new StepContext(0));

        marked.Blocks[1].Positive!.data<double>().ToArray().ShouldBe([1, 0, 0]);
        Contrast.Weights(marked).ShouldBe([0, Gone, 0]); // the same key outside the window is neither positive nor negative
    }

    [Fact]
    public void SameKey_WithoutEventTime_MatchesOnlyWithoutAWindow()
    {
        using var scope = NewDisposeScope();
        var columns = Contrast.With(Contrast.Field(MetaField.RecordId, 7, 7, 8), MetaField.EventTime, -1, 100, -1);
        var direction = Contrast.WithColumns(Contrast.TestVector(), columns) with { Rows = Contrast.With(Contrast.Field(MetaField.RecordId, 7), MetaField.EventTime, -1) };

        new SameKeyPositives(500).Mark(direction).Blocks[1].Positive!.data<double>().ToArray().ShouldBe([0, 0, 0]);
        new SameKeyPositives(0).Mark(direction).Blocks[1].Positive!.data<double>().ToArray().ShouldBe([1, 1, 0]);
    }

    [Fact]
    public void SameLabel_Unlabelled_MatchesNothing()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Direction(Contrast.UnitRows(1, 2, 4), Contrast.UnitRows(2, 2, 4), Contrast.UnitRows(3, 3, 4));
        direction = Contrast.WithColumns(direction, Contrast.Field(MetaField.Label, 3, -1, 4)) with { Rows = Contrast.Field(MetaField.Label, 3, -1) };

        new SameLabelPositives().Mark(direction).Blocks[1].Positive!.data<double>().ToArray().ShouldBe([1, 0, 0, 0, 0, 0]);
    }

    [Fact]
    public void WithoutOwnView_AnchorWithoutAnother_IsInvalid()
    {
        using var scope = NewDisposeScope();
        var direction = Contrast.Direction(Contrast.UnitRows(1, 2, 4), Contrast.UnitRows(2, 2, 4), Contrast.UnitRows(3, 3, 4));
        direction = Contrast.WithColumns(direction, Contrast.Field(MetaField.Label, 3, -1, 4)) with { Rows = Contrast.Field(MetaField.Label, 3, -1) };
        direction = new WithoutOwnView().Mark(new SameLabelPositives().Mark(direction));

        var rows = new StreamingContrastive.Learning.Objectives.Losses.SupConLoss(.2, null).Forward(direction);

        rows.Valid!.data<bool>().ToArray().ShouldBe([true, false]);
        rows.PerRow[0].item<double>().ShouldBe(Losses.SlowLoss.SupCon(Losses.SlowLoss.Row(direction, 0), .2, .2), 1e-12);
    }
}
