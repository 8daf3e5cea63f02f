using System.Runtime.Serialization;
using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using Google.Protobuf;
using StreamingContrastive.Pipeline.Cluster;
using StreamingContrastive.Pipeline.Cluster.Serialization;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Training;
using StreamingContrastive.Tests.Pipeline.Delivery;
using StreamingContrastive.Tests.Structure;

namespace StreamingContrastive.Tests.Pipeline.Cluster.Serialization;

/// <summary>Systems of their own: the test kit's own messages are bound to no serializer, and must not be.</summary>
public sealed class ClusterSerializerTests : IAsyncDisposable
{
    // Messages of a protocol are sealed record classes; a record struct is a part of one.
    private static readonly Regex Records = new(@"^(?:internal|public) sealed record (\w+)", RegexOptions.Multiline);

    private sealed record Stranger(string Text);

    private sealed record Forgotten : IClusterMessage;

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    public static TheoryData<string> Manifests => [.. MessageSamples.All.Keys];

    private readonly ActorSystem _system = ActorSystem.Create("strict", ConfigurationFactory.ParseString($$"""
        akka { stdout-loglevel = OFF, loglevel = OFF, actor.serialize-messages = on }
        {{SerializationSettings.Hocon}}
        """));

    public async ValueTask DisposeAsync() => await _system.Terminate();

    [Fact]
    public void Types_OfTheAssembly_AllHaveACodecAndASample()
    {
        var types = typeof(IClusterMessage).Assembly.GetTypes().Where(t => t.IsAssignableTo(typeof(IClusterMessage)) && t is { IsAbstract: false }).ToList();

        types.ShouldNotBeEmpty();
        types.Select(t => t.Name).Order().ShouldBe(ClusterMessages.All.Select(c => c.MessageType.Name).Order());
        ClusterMessages.All.Select(c => c.Manifest).Order().ShouldBe(MessageSamples.All.Keys.Order());
    }

    /// <summary>A message without either flag works in one process and fails at the first node; here it fails at once.</summary>
    [Fact]
    public void Protocols_EveryMessage_CrossesNodesOrSaysThatItStaysInTheProcess()
    {
        var assembly = typeof(IClusterMessage).Assembly;
        var names = SourceTree.Files("src/StreamingContrastive.Pipeline").Where(f => f.Path.EndsWith("Protocol.cs", StringComparison.Ordinal))
            .SelectMany(f => Records.Matches(f.Text).Select(m => m.Groups[1].Value)).ToHashSet();

        var undecided = assembly.GetTypes().Where(t => t.Namespace?.StartsWith("StreamingContrastive.Pipeline", StringComparison.Ordinal) == true && names.Contains(t.Name) && !t.IsAssignableTo(typeof(IMessage)))
            .Where(t => !t.IsAssignableTo(typeof(IClusterMessage)) && !t.IsAssignableTo(typeof(INoSerializationVerificationNeeded)));

        names.Count.ShouldBeGreaterThan(10);
        undecided.Select(t => t.Name).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public async Task Message_ToldWithSerializeMessages_ArrivesWithEveryField(string manifest)
    {
        var echo = _system.ActorOf(Props.Create(() => new Echo()));
        var sample = MessageSamples.All[manifest]();

        var arrived = await echo.Ask<object>(sample, TimeSpan.FromSeconds(20));

        ReferenceEquals(arrived, sample).ShouldBe(ClusterMessages.Of(manifest).Encode(MessageSamples.All[manifest]()).Length == 0); // Without fields there is one instance.
        arrived.GetType().ShouldBe(sample.GetType());
        MessageSamples.Text(arrived).ShouldBe(MessageSamples.Text(MessageSamples.All[manifest]()));
    }

    [Fact]
    public void ToBinary_OfAChunk_ReturnsItsBuffersOnceAndGivesTheSameBytesAgain()
    {
        var ready = (ChunkReady)MessageSamples.All["chunk"]();
        var serializer = _system.Serialization.FindSerializerFor(ready);

        var first = serializer.ToBinary(ready);
        var isReturned = ready.Chunk.IsReturned();
        var again = serializer.ToBinary(ready);

        isReturned.ShouldBeTrue();
        again.ShouldBeSameAs(first);
    }

    [Fact]
    public void FromBinary_OfAChunk_OwnsBuffersOfItsOwn()
    {
        var serializer = (SerializerWithStringManifest)_system.Serialization.FindSerializerFor(new RegisterIngest(default));
        var bytes = serializer.ToBinary(MessageSamples.All["chunk"]());

        var (one, two) = ((ChunkReady)serializer.FromBinary(bytes, "chunk"), (ChunkReady)serializer.FromBinary(bytes, "chunk"));
        one.Chunk.ReturnBuffers();
        Array.Clear(bytes);

        one.Chunk.IsReturned().ShouldBeTrue();
        MessageSamples.Text(two).ShouldBe(MessageSamples.Text(MessageSamples.All["chunk"]()));
    }

    [Fact]
    public void FindSerializer_OfAnUnregisteredType_IsAnError()
    {
        Should.Throw<SerializationException>(() => _system.Serialization.FindSerializerFor(new Stranger("x"))).Message.ShouldContain(nameof(Stranger));
        Should.Throw<ClusterMessageException>(() => _system.Serialization.FindSerializerFor(new Forgotten()).ToBinary(new Forgotten())).Message.ShouldContain(nameof(Forgotten));
    }

    /// <summary>The setting alone keeps this node from writing JSON; a stranger's JSON would still be read.</summary>
    [Fact]
    public void Deserialize_OfJson_IsRefused()
    {
        var attack = System.Text.Encoding.UTF8.GetBytes("""{"$type":"System.IO.FileInfo, System.Private.CoreLib","fileName":"x"}""");

        Should.Throw<ClusterMessageException>(() => _system.Serialization.Deserialize(attack, RefusingSerializer.JsonId, typeof(FileInfo).AssemblyQualifiedName)).Message.ShouldContain("JSON");
    }

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("System.IO.FileInfo, mscorlib\u001b[2J")]
    public void FromBinary_OfAnUnknownManifest_IsRefusedWithoutRepeatingIt(string manifest)
    {
        var serializer = (SerializerWithStringManifest)_system.Serialization.FindSerializerFor(new RegisterIngest(default));

        Should.Throw<ClusterMessageException>(() => serializer.FromBinary([], manifest)).Message.ShouldNotContain("\u001b");
    }

    /// <summary>Part of the wire format: another version looks for these.</summary>
    [Fact]
    public void Ids_AreFixed()
    {
        _system.Serialization.FindSerializerFor(new OffsetTable(1, [])).Identifier.ShouldBe(7301);
        ClusterMessages.All.Select(c => c.Manifest).ShouldBe(ClusterMessages.All.Select(c => c.Manifest).Distinct());
    }
}
