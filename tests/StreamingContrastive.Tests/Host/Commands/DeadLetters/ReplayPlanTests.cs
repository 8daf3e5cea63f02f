using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Host.Commands.DeadLetters;
using static StreamingContrastive.Tests.Host.Commands.DeadLetters.Letters;

namespace StreamingContrastive.Tests.Host.Commands.DeadLetters;

public sealed class ReplayPlanTests
{
    [Fact]
    public void Next_Letter_GivesTheRecordAsItWas()
    {
        var record = Plan().Next(Letter(7)).ShouldNotBeNull();

        record.Topic.ShouldBe("records");
        Encoding.UTF8.GetString(record.Key!).ShouldBe("key-7");
        record.Value.ShouldBe([1, 2, 3]);
        record.TimestampUnixMs.ShouldBe(1007);
        record.Headers.Select(h => h.Key).ShouldBe(["label", "replay-count", "replay-of"]);
        record.Partition.ShouldBeNull();
    }

    [Fact]
    public void Next_LettersOfOneRecord_SendItOnce()
    {
        var plan = Plan();

        plan.Next(Letter(7)).ShouldNotBeNull();
        plan.Next(Letter(7)).ShouldBeNull();

        (plan.Count(ReplayVerdict.Send), plan.Count(ReplayVerdict.Repeat)).ShouldBe((1, 1));
    }

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    public void Next_SentAgainBefore_StaysAtTheLimit(int replays, bool sent) =>
        (Plan(maxReplays: 3).Next(Letter(7, replays: replays)) is not null).ShouldBe(sent);

    /// <summary>Whoever may write a letter may not thereby write to any topic. Seen red without the comparison in ReplayPlan.Judge.</summary>
    [Fact]
    public void Next_HeadersNameAnotherTopic_SendNothingThere()
    {
        var plan = Plan();

        plan.Next(Letter(7, topic: "payments")).ShouldBeNull();
        plan.Count(ReplayVerdict.OtherTopic).ShouldBe(1);
        Plan(topic: "repaired").Next(Letter(7, topic: "payments")).ShouldNotBeNull().Topic.ShouldBe("repaired");
    }

    [Fact]
    public void Next_ValueWasLeftOut_Stays()
    {
        var plan = Plan();

        plan.Next(Letter(7, maxBytes: 1)).ShouldBeNull();

        plan.Count(ReplayVerdict.NotWhole).ShouldBe(1);
    }

    [Fact]
    public void Next_NotMeant_IsNotCounted()
    {
        var plan = Plan(new LetterFilter("decode", "WrongLength", DateTimeOffset.FromUnixTimeMilliseconds(6000)));

        plan.Next(Letter(1, stage: "validate", written: 6000)).ShouldBeNull();
        plan.Next(Letter(2, reason: "EmptyValue", written: 6000)).ShouldBeNull();
        plan.Next(Letter(3, written: 5999)).ShouldBeNull();
        plan.Next(Letter(4, written: 6000)).ShouldNotBeNull();

        Enum.GetValues<ReplayVerdict>().Sum(plan.Count).ShouldBe(1);
    }

    [Fact]
    public void Next_MoreLettersThanCanBeToldApart_StopsRatherThanSendsTwice()
    {
        var plan = new ReplayPlan(new LetterFilter(null, null, null), "records", null, 3, new SeenPositions(capacity: 2));
        plan.Next(Letter(1));
        plan.Next(Letter(2));

        Should.Throw<InvalidOperationException>(() => plan.Next(Letter(3))).Message.ShouldContain("--since");
    }

    private static ReplayPlan Plan(LetterFilter? filter = null, string? topic = null, long maxReplays = 3) =>
        new(filter ?? new LetterFilter(null, null, null), "records", topic, maxReplays, new SeenPositions());
}
