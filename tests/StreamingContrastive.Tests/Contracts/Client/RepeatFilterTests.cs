using CsCheck;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.Tests.Contracts.Client;

public sealed class RepeatFilterTests
{
    private const int OutputPartitions = 3;

    [Fact]
    public void Accept_RandomCrashesAndResends_EqualsASetOfIds()
    {
        // A checkpointed pipeline: outboxes of 1 to 6 records from two input partitions; each may be sent up to three times
        // before the next one, by the same or by a later start, always with the epoch that computed it.
        Gen<(int Count, int Sends, bool Restart)[]> outboxes =
            Gen.Select(Gen.Int[1, 6], Gen.Int[1, 3], Gen.Bool).Array[1, 30];

        outboxes.Sample(
            plan =>
            {
                var filter = new RepeatFilter();
                var ids = new HashSet<string>();
                foreach (ReceivedEmbedding message in Publish(plan))
                {
                    filter.Accept(message).ShouldBe(ids.Add(message.Message.Id!));
                }
            },
            seed: "0000KOIKd6e2",
            iter: 500);
    }

    [Fact]
    public void Accept_PartOfAnOutboxThenAllOfIt_PassesEachRecordOnce()
    {
        var filter = new RepeatFilter();

        bool[] passed = [.. new long[] { 1, 2, 1, 2, 3, 3, 4 }.Select(o => filter.Accept(Message(0, 0, o, epoch: 1)))];

        passed.ShouldBe([true, true, false, false, true, false, true]);
        filter.Dropped.ShouldBe(3);
    }

    [Fact]
    public void Accept_PipelineRewoundOnPurpose_PassesTheNewEpoch()
    {
        var filter = new RepeatFilter();
        filter.Accept(Message(0, 0, 100, epoch: 1));

        filter.Accept(Message(0, 0, 5, epoch: 2)).ShouldBeTrue();
    }

    [Fact]
    public void Accept_ZombieOfAnOlderEpoch_IsDroppedThoughItsOffsetIsNew()
    {
        var filter = new RepeatFilter();
        filter.Accept(Message(0, 0, 100, epoch: 2));

        filter.Accept(Message(0, 0, 101, epoch: 1)).ShouldBeFalse();
    }

    [Fact]
    public void Accept_OtherPartitions_AreIndependent()
    {
        var filter = new RepeatFilter();
        filter.Accept(Message(output: 0, input: 0, offset: 100, epoch: 1));

        filter.Accept(Message(output: 1, input: 0, offset: 5, epoch: 1)).ShouldBeTrue();
        filter.Accept(Message(output: 0, input: 1, offset: 5, epoch: 1)).ShouldBeTrue();
    }

    [Fact]
    public void Accept_TombstoneOfAnotherProgram_AlwaysPasses()
    {
        var filter = new RepeatFilter();
        var foreign = new ReceivedEmbedding(0, 0, new PublishedTombstone { Key = [1] });

        filter.Accept(foreign).ShouldBeTrue();
        filter.Accept(foreign).ShouldBeTrue();
    }

    private static IEnumerable<ReceivedEmbedding> Publish((int Count, int Sends, bool Restart)[] plan)
    {
        long[] next = [0, 0];
        long epoch = 1;
        foreach ((int count, int sends, bool restart) in plan)
        {
            List<ReceivedEmbedding> outbox = [];
            for (int i = 0; i < count; i++)
            {
                int input = (i + count) % 2;
                long offset = next[input]++;
                outbox.Add(Message((int)(offset % OutputPartitions), input, offset, epoch));
            }

            for (int send = 0; send < sends; send++)
            {
                foreach (ReceivedEmbedding message in outbox)
                {
                    yield return message;
                }
            }

            epoch += restart ? 1 : 0;
        }
    }

    private static ReceivedEmbedding Message(int output, int input, long offset, long epoch)
    {
        var source = new SourcePosition("records", input, offset);
        PublishedEmbedding message = ContractSamples.Embedding() with
        {
            Source = source,
            LineageEpoch = epoch,
            Id = EmbeddingIds.OfEmbedding("fashion", source, epoch, 7),
        };
        return new ReceivedEmbedding(output, offset, message);
    }
}
