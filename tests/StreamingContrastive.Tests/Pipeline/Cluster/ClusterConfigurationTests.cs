using Akka.Configuration;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Cluster.Security;
using StreamingContrastive.Pipeline.Cluster.Serialization;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Tests.Pipeline.Cluster;

/// <summary>The HOCON of topology/cluster as the assembly carries it.</summary>
public sealed class ClusterConfigurationTests
{
    [Fact]
    public void OneNode_HasNoClusterAndThePinnedTrainer()
    {
        var config = ClusterConfiguration.OneNode;

        config.HasPath("akka.cluster").ShouldBeFalse();
        config.GetString("trainer-dispatcher.type").ShouldBe("PinnedDispatcher");
        config.GetBoolean("akka.coordinated-shutdown.run-by-clr-shutdown-hook").ShouldBeFalse();
    }

    [Fact]
    public void Of_LocalProfile_ChoosesTheMajorityAndWaitsForNobody()
    {
        var config = Of(new ClusterOptions());

        config.GetString("akka.cluster.split-brain-resolver.active-strategy").ShouldBe("keep-majority");
        config.GetString("akka.cluster.downing-provider-class").ShouldContain("SplitBrainResolverProvider");
        config.GetTimeSpan("akka.cluster.down-removal-margin").ShouldBe(TimeSpan.FromSeconds(1));
        config.GetString("trainer-dispatcher.type").ShouldBe("PinnedDispatcher");
        config.GetBoolean("akka.actor.serialization-settings.allow-unregistered-types").ShouldBeFalse();
    }

    /// <summary>Detection, stability and removal together leave time for a load within 45 s.</summary>
    [Theory]
    [InlineData(ClusterProfile.Local)]
    [InlineData(ClusterProfile.Kubernetes)]
    public void Of_Profiles_LeaveTimeForATakeover(ClusterProfile profile)
    {
        var config = Of(new ClusterOptions { Profile = profile });

        var decided = config.GetTimeSpan("akka.cluster.failure-detector.acceptable-heartbeat-pause")
            + config.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after")
            + config.GetTimeSpan("akka.cluster.down-removal-margin");
        decided.ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void Of_UsersFile_LiesOverTheProfileAndUnderTheFrames()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "akka.cluster.split-brain-resolver.stable-after = 3s\nakka.remote.dot-netty.tcp.maximum-frame-size = 1b");
        try
        {
            var config = Of(new ClusterOptions { Settings = file });

            config.GetTimeSpan("akka.cluster.split-brain-resolver.stable-after").ShouldBe(TimeSpan.FromSeconds(3));
            config.GetByteSize("akka.remote.dot-netty.tcp.maximum-frame-size", null)!.Value.ShouldBeGreaterThan(1_000_000);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Akka's parser takes half a file as well as a whole one; what it cannot be is unreadable.</summary>
    [Fact]
    public void Of_UsersFileCannotBeRead_IsRefusedByName()
    {
        var folder = Path.GetTempPath();

        Should.Throw<ClusterException>(() => Of(new ClusterOptions { Settings = folder })).Message.ShouldStartWith($"cluster:settings = {folder} cannot be read");
    }

    /// <summary>A chunk's views stay within one message of 1 MiB; where one record's are longer, the frame is as long.</summary>
    [Theory]
    [InlineData(28, 1, 64)]
    [InlineData(64, 3, 28)]
    [InlineData(224, 3, 2)]
    public void ChunkRecords_LargerViews_FewerRecords(int side, int channels, int records)
    {
        var options = new PipelineOptions { Input = new InputOptions { Payload = new PayloadOptions { Height = side, Width = side, Channels = channels } } };
        var views = 3L * side * side * channels;

        ClusterConfiguration.ChunkRecords(options).ShouldBe(records);
        (ClusterConfiguration.ChunkRecords(options) * views).ShouldBeLessThanOrEqualTo(1024 * 1024);
        ClusterConfiguration.FrameBytes(options).ShouldBeLessThanOrEqualTo(WireChecks.MaxMessageBytes);
    }

    private static Config Of(ClusterOptions options) => ClusterConfiguration.Of(
        new PipelineOptions { Cluster = options }, RemotingSecurity.Of("127.0.0.1", null, insecureNetwork: false, new StrangerLog(_ => { }, TimeProvider.System), TimeProvider.System));
}
