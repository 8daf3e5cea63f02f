using Confluent.Kafka;
using StreamingContrastive.Pipeline.Kafka.Output;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Output;

public sealed class OutputProducerConfigTests
{
    [Fact]
    public void Complete_Promises_AreOursWhateverTheCallerSays()
    {
        var given = new ProducerConfig { EnableIdempotence = false, Acks = Acks.None };

        var complete = OutputProducerConfig.Complete(given);

        complete.EnableIdempotence.ShouldBe(true);
        complete.Acks.ShouldBe(Acks.All);
        complete.Partitioner.ShouldBe(Partitioner.Murmur2Random);
        given.Acks.ShouldBe(Acks.None);
    }

    [Theory]
    [InlineData(null, 16 * 1024)]
    [InlineData(64 * 1024 * 1024, 128 * 1024)]
    public void Complete_Queue_HoldsAtLeastTwoOfTheLargestMessages(int? messageMaxBytes, int expectedKbytes) =>
        OutputProducerConfig.Complete(new ProducerConfig { MessageMaxBytes = messageMaxBytes }).QueueBufferingMaxKbytes.ShouldBe(expectedKbytes);
}
