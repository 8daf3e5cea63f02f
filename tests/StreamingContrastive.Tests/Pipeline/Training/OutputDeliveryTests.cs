using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Tests.Pipeline.Training;

public sealed class OutputDeliveryTests
{
    [Fact]
    public void CheckpointedEmit_Outputs_AppearOnlyInTheNextOutbox()
    {
        var delivery = new CheckpointedDelivery(maxOutboxRecords: 10);

        delivery.Emit(Outputs(3)).ShouldBeEmpty();

        delivery.TakeOutbox().Records.Count.ShouldBe(3);
        delivery.TakeOutbox().Records.ShouldBeEmpty();
        delivery.WhenAcknowledged().IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void CheckpointedHasRoom_OutboxFull_FalseUntilItIsTaken()
    {
        var delivery = new CheckpointedDelivery(maxOutboxRecords: 3);

        delivery.Emit(Outputs(3));
        delivery.HasRoom.ShouldBeFalse();
        delivery.TakeOutbox();
        delivery.HasRoom.ShouldBeTrue();
    }

    [Fact]
    public void ImmediateEmit_Outputs_AreReturnedToBePublishedNow()
    {
        var delivery = new ImmediateDelivery(maxUnacknowledged: 10);

        delivery.Emit(Outputs(3)).Count.ShouldBe(3);

        delivery.TakeOutbox().Records.ShouldBeEmpty();
    }

    [Fact]
    public void ImmediateWhenAcknowledged_OutputsUnderWay_WaitsForTheseAndNotForLaterOnes()
    {
        var delivery = new ImmediateDelivery(maxUnacknowledged: 10);
        delivery.Emit(Outputs(3));
        var first = delivery.WhenAcknowledged();
        delivery.Emit(Outputs(2));
        var second = delivery.WhenAcknowledged();

        delivery.Acknowledged(3);

        first.IsCompletedSuccessfully.ShouldBeTrue();
        second.IsCompleted.ShouldBeFalse();
        delivery.Acknowledged(2);
        second.IsCompletedSuccessfully.ShouldBeTrue();
        delivery.WhenAcknowledged().IsCompletedSuccessfully.ShouldBeTrue();
    }

    [Fact]
    public void ImmediateHasRoom_TooManyUnacknowledged_FalseUntilTheBrokerAnswers()
    {
        var delivery = new ImmediateDelivery(maxUnacknowledged: 3);

        delivery.Emit(Outputs(3));
        delivery.HasRoom.ShouldBeFalse();
        delivery.Acknowledged(1);
        delivery.HasRoom.ShouldBeTrue();
    }

    private static List<OutputRecord> Outputs(int count) =>
        [.. Enumerable.Range(0, count).Select(i => new OutputRecord("t", [(byte)i], [(byte)i], [], -1))];
}
