using static StreamingContrastive.Tests.Host.Configuration.ConfigurationFixture;

namespace StreamingContrastive.Tests.Host.Configuration;

public sealed class CrossFieldRulesTests
{
    [Theory]
    [InlineData("input:maxInFlightRecords = 100 is less than training:batchSize = 256", "input:maxInFlightRecords=100")]
    [InlineData("augmentation:cropMinArea = 0.8 is greater than augmentation:cropMaxArea = 0.3", "augmentation:cropMinArea=0.8", "augmentation:cropMaxArea=0.3")]
    [InlineData("augmentation:blurMinSigma = 3 is greater than augmentation:blurMaxSigma = 2", "augmentation:blurMinSigma=3")]
    [InlineData("checkpoint:every = 0s must be longer than zero", "checkpoint:every=0s")]
    [InlineData("kafka:connectTimeout = 0s must be longer than zero", "kafka:connectTimeout=00:00:00")]
    [InlineData("monitor:heldOutTopic and input:topic are both x", "monitor:heldOutTopic=x", "input:topic=x")]
    [InlineData("input:topic = p.embeddings is an output of this pipeline", "name=p", "input:topic=p.embeddings")]
    [InlineData("monitor:heldOutTopic = pipeline.metrics is an output of this pipeline", "monitor:heldOutTopic=pipeline.metrics")]
    [InlineData("input:topic = \"a b\" is no Kafka topic name", "input:topic=a b")]
    [InlineData("input:groupId is empty", "input:groupId=")]
    [InlineData("checkpoint:directory is empty", "checkpoint:directory= ")]
    [InlineData("input:payload:maxValueBytes = 783 is less than the 784 bytes of a raw 28x28x1 picture", "input:payload:maxValueBytes=783")]
    [InlineData("output:fence = never contradicts output:delivery = transactional", "output:fence=never", "output:delivery=transactional")]
    [InlineData("encoder:width = 32 does not fit encoder:architecture = resNet18", "encoder:architecture=resnet18", "encoder:width=32")]
    [InlineData("encoder:width = 16 does not fit encoder:architecture = resNet50", "encoder:architecture=resNet50", "encoder:width=16")]
    [InlineData("encoder:width = 3 is too narrow for encoder:architecture = smallResNet", "encoder:width=3")]
    [InlineData("encoder:projectionHidden = 64 has nothing to set", "encoder:projectionLayers=1", "encoder:projectionHidden=64")]
    [InlineData("encoder:projectionNormalization = true has nothing to normalise", "encoder:projectionLayers=1", "encoder:projectionNormalization=true")]
    [InlineData("encoder:normalizationSplits = 8 leaves less than 2 of training:batchSize = 15 rows", "encoder:normalization=split", "training:batchSize=15")]
    [InlineData("encoder:stem = standard reduces a picture 32 times, but pictures are 28x28", "encoder:stem=standard")]
    [InlineData("encoder:predictorHidden = 64 has no place under objective:plan = inBatch", "encoder:predictorHidden=64", "objective:plan=inBatch", "objective:negatives=batch")]
    [InlineData("\"host:99999\" is no broker address", "kafka:bootstrapServers=host:99999")]
    [InlineData("\"\" is no broker address", "kafka:bootstrapServers=a:1,")]
    public void Load_ImpossibleTogether_SaysWhyAndWhere(string expected, params string[] sets)
    {
        var problem = ProblemsOf(() => LoadSets(sets)).ShouldHaveSingleItem();

        problem.ShouldContain(expected);
        problem.ShouldContain("--set");
    }

    [Theory]
    [InlineData("input:maxInFlightRecords=320")]
    [InlineData("objective:queueCapacityRows=1")]
    [InlineData("augmentation:cropMinArea=1")]
    [InlineData("encoder:architecture=resNet18", "encoder:width=64")]
    [InlineData("encoder:architecture=resNet18")]
    [InlineData("encoder:architecture=resNet34", "encoder:width=0")]
    [InlineData("encoder:architecture=resNet50", "encoder:stem=standard", "input:payload:height=224", "input:payload:width=224")]
    [InlineData("encoder:normalization=split", "training:batchSize=16")]
    [InlineData("encoder:projectionLayers=1", "encoder:projectionNormalization=true", "encoder:predictorHidden=256")]
    [InlineData("kafka:bootstrapServers=SSL://a.b:9093, [::1]:9092 ,c")]
    [InlineData("input:payload:maxValueBytes=100", "input:payload:format=image")]
    [InlineData("monitor:heldOutTopic=held-out")]
    [InlineData("output:delivery=transactional", "output:transactionalId=mine")]
    [InlineData("output:fence=never")]
    public void Load_PossibleTogether_Binds(params string[] sets) => Should.NotThrow(() => LoadSets(sets));

    [Fact]
    public void Load_RuleOverAnUnsoundValue_IsNotReportedBesidesIt() =>
        ProblemsOf(() => LoadSets("input:maxInFlightRecords=100", "training:batchSize=none")).ShouldHaveSingleItem().ShouldStartWith("training:batchSize");
}
