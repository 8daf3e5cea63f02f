using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Losses;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Tests.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Training;

[Collection(TorchTests.Name)]
public sealed class ObjectiveCodecTests
{
    [Fact]
    public void Export_LearnedPartAndRewarm_ReadBackTheSame()
    {
        using var scope = NewDisposeScope();
        using var from = Objective();
        from.Learned.Single().State.Single().Value.fill_(1.25);
        var state = State(ObjectiveCodec.Export(from, rewarmedAt: 9).ToDictionary());
        using var into = Objective();

        ObjectiveCodec.Write(ObjectiveCodec.ReadLearned(state, into));

        into.Learned.Single().State.Single().Value.item<double>().ShouldBe(1.25);
        ObjectiveCodec.ReadRewarm(state).ShouldBe(9);
    }

    [Fact]
    public void Export_NothingLearned_AddsNoFile()
    {
        using var objective = ComposedObjective.Create(new ObjectiveOptions());

        ObjectiveCodec.Export(objective, rewarmedAt: null).ShouldBeEmpty();
        ObjectiveCodec.ReadRewarm(State([])).ShouldBeNull();
    }

    [Fact]
    public void ReadLearned_StateMissing_NamesIt()
    {
        using var objective = Objective();

        Should.Throw<TrainerStateException>(() => ObjectiveCodec.ReadLearned(State([]), objective)).Message.ShouldContain("'objective'");
    }

    private static ComposedObjective Objective() => new(new TwoViewPlan(), [], new InfoNceLoss(0.1), learned: [new ComposedObjectiveTests.Counting()]);

    private static TrainerState State(Dictionary<string, IReadOnlyList<HostTensor>> files) => new(3, "space", files);
}
