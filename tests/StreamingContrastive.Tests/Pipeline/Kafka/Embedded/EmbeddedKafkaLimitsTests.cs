using StreamingContrastive.Pipeline.Kafka.Embedded;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Embedded;

public sealed class EmbeddedKafkaLimitsTests
{
    [Fact]
    public void Text_OfTheLimits_CarriesTheFiguresOfTheConstants()
    {
        EmbeddedKafkaLimits.Text.ShouldContain($"{EmbeddedKafkaLimits.PartitionBytes / 1024 / 1024} MiB a partition");
        EmbeddedKafkaLimits.Text.ShouldContain($"gets {EmbeddedKafkaLimits.AutoCreatedPartitions} partitions");
    }
}
