using StreamingContrastive.Host.Commands.Describe;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Tests.Host.Configuration;

namespace StreamingContrastive.Tests.Topology;

public sealed class TopologyDescriptionTests
{
    [Fact]
    public void Of_FashionMnist_EqualsTheApprovedText() =>
        Describe("fashion-mnist").ShouldBe(
            File.ReadAllText(Path.Combine(RepositoryFiles.Root, "topology", "topology.approved.txt")),
            "What runs has changed. If that is meant: streaming-contrastive describe fashion-mnist > topology/topology.approved.txt");

    [Fact]
    public void Of_ColourPhotos_NamesColourStepsThatGreyPicturesLack()
    {
        var photos = Describe("photos");

        photos.ShouldContain("jitter     probability 0.8: brightness 0.4, contrast 0.4, saturation 0.4, hue 0.1");
        photos.ShouldContain("blur       probability 0.5, sigma 0.1 to 2 pixels");
        photos.ShouldContain("encoder    resNet18, batch normalisation, input 64x64x3");
        photos.ShouldNotContain("erase");
        Describe("fashion-mnist").ShouldNotContain("saturation");
    }

    [Fact]
    public void Of_EveryMemberOfEveryEnum_IsDescribed()
    {
        foreach (var option in OptionTree.Leaves(OptionTree.Root).OfType<OptionValue>().Where(o => o.Type.IsEnum))
        {
            foreach (var name in ValueFormat.EnumNames(option.Type))
            {
                var described = TopologyDescription.Of(ConfigurationFixture.LoadSets([$"{option.Key}={name}", "input:payload:height=64", "input:payload:width=64", .. Needed(option.Key, name)]));

                described.ShouldEndWith("\n", customMessage: $"{option.Key}={name}");
            }
        }
    }

    [Theory]
    [InlineData("training:batchSize=128", "batches of exactly 128 pairs")]
    [InlineData("objective:queueCapacityRows=777", "ring queue of 777 keys")]
    [InlineData("objective:maskSameRecord=false", "masked: rows not yet filled\n")]
    [InlineData("objective:policies:ring=true", "selects    ring: percentiles 0.5 to 0.9")]
    [InlineData("objective:policies:moChi:startStep=7", "mixes      MoCHi: 64 mixes of two and 32 with the query, of a row's 256 most similar, from step 7 on")]
    [InlineData("objective:plan=symmetric", "plan       symmetric")]
    [InlineData("training:momentumSchedule=warmRise", "the first factor rises to 0.999")]
    [InlineData("output:delivery=immediate", "at least once")]
    [InlineData("output:delivery=transactional", "exactly once for read_committed consumers")]
    [InlineData("output:transactionalId=mine", "transactional.id mine where")]
    [InlineData("output:fence=never", "may still publish")]
    [InlineData("checkpoint:every=90s", "every 90s or 5000 records")]
    [InlineData("augmentation:rotationDegrees=15", "rotate     up to 15 degrees")]
    [InlineData("augmentation:workers=3", "augmentation: 3, order kept")]
    [InlineData("input:payload:format=json", "json with a picture in field image")]
    public void Of_ChangedOption_ShowsIt(string set, string expected) =>
        TopologyDescription.Of(ConfigurationFixture.LoadSets(set)).ShouldContain(expected);

    [Theory]
    [InlineData("encoder    resNet50, stem 7x7 stride 2 and max-pool, group normalisation, input 64x64x1\n", "encoder:architecture=resNet50", "encoder:stem=standard", "encoder:normalization=group")]
    [InlineData("encoder    smallResNet width 16, batch normalisation in 4 parts, keys shuffled, input 64x64x1\n", "encoder:normalization=split", "encoder:normalizationSplits=4")]
    [InlineData("projection linear 128, l2\n", "encoder:projectionLayers=1")]
    [InlineData("projection linear 512, normalisation, relu, linear 512, normalisation, relu, linear 128, l2\n", "encoder:projectionLayers=3", "encoder:projectionHidden=512", "encoder:projectionNormalization=true")]
    [InlineData("predictor  linear 256, relu, linear 128, l2; queries only, never published\n", "encoder:predictorHidden=256")]
    public void Of_OtherEncoder_ShowsIt(string expected, params string[] sets) =>
        TopologyDescription.Of(ConfigurationFixture.LoadSets([.. sets, "input:payload:height=64", "input:payload:width=64"])).ShouldContain(expected);

    [Theory]
    [InlineData("  value    protobuf record of 2 parts, at most 8388608 bytes; one that lacks a part: train; a part that is not named here: refuse\n")]
    [InlineData("  part     picture: raw 28x28x1, exactly 784 bytes, at most 8388608 bytes and 25000000 pixels\n")]
    [InlineData("  part     caption: text of at most 1048576 bytes, 128 ids of words and n-grams of 3 to 5 characters, optional, up to 3 carried hard negatives\n")]
    [InlineData("  part caption\n    mask       each word with probability 0.2, one always stays\n")]
    [InlineData("  part caption, an encoder of its own\n    encoder    transformer of 16384 buckets, 256 dimensions, 2 blocks of 4 heads, dropout 0.1, input 128 ids\n")]
    [InlineData("  publishes  projection vector of the clean view of each part, by the key encoder")]
    [InlineData("output topic pipeline.embeddings.picture: ")]
    [InlineData("output topic pipeline.embeddings.caption: ")]
    [InlineData("ce_step ce_part ")]
    public void Of_TwoParts_ShowsEachOfThem(string expected) =>
        TopologyDescription.Of(ConfigurationFixture.LoadSets(
            "objective:plan=crossModal", "input:parts:0:name=picture", "input:parts:1:name=caption", "input:parts:1:kind=text", "input:parts:1:optional=true",
            "input:parts:1:hardNegatives=3", "input:parts:1:text:maskProbability=0.2", "input:parts:1:encoder:text:architecture=transformer")).ShouldContain(expected);

    /// <summary>What a choice cannot do without.</summary>
    private static string[] Needed(string key, string name) => (key, name) switch
    {
        ("objective:plan", "crossModal") => ["input:parts:0:name=picture", "input:parts:1:name=caption", "input:parts:1:kind=text"],
        ("objective:loss", "clip" or "sigLip") => ["objective:plan=crossModal", "objective:negatives=batch", "objective:maskSameRecord=false", "input:parts:0:name=a", "input:parts:1:name=b"],
        ("objective:plan", "inBatch") => ["objective:negatives=batch"],
        ("objective:loss", "ntXent") => ["objective:plan=inBatch", "objective:negatives=batch"],
        ("input:unknownParts", "ignore") => ["input:parts:0:name=picture"],
        ("objective:loss", "supCon") => ["objective:positives:sameLabel=true"],
        ("objective:policies:falseNegatives:mode", "attract") => ["objective:loss=supCon"],
        _ => [],
    };

    private static string Describe(string pipeline) => TopologyDescription.Of(
        PipelineConfiguration.Load(
            new ConfigurationRequest(Path.Combine(RepositoryFiles.Pipelines, pipeline + ".json"), new Dictionary<string, string>(), []),
            PipelineFiles.OfThisProcess()).Options);
}
