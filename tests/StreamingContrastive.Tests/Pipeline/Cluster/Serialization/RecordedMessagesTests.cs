using System.Buffers.Binary;
using Google.Protobuf;
using StreamingContrastive.Pipeline.Cluster.Serialization;
using StreamingContrastive.Tests.Structure;
using Wire = StreamingContrastive.Pipeline.Cluster.Wire;

namespace StreamingContrastive.Tests.Pipeline.Cluster.Serialization;

/// <summary>
/// An older and a newer node of one cluster. Recorded/VERSION/MANIFEST.hex are the bytes of the samples as that version wrote them; a file is
/// never changed, and a version adds files for the messages that it adds or extends.
/// </summary>
public sealed class RecordedMessagesTests
{
    private const string Version = "0.1";

    public static TheoryData<string> Manifests => [.. MessageSamples.All.Keys];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void Recorded_ByThisVersion_IsRead(string manifest)
    {
        var file = Path.Combine(Folder(), Version, $"{manifest}.hex");
        var codec = ClusterMessages.Of(manifest);
        var written = Convert.ToHexStringLower(codec.Encode(MessageSamples.All[manifest]()));
        File.Exists(file).ShouldBeTrue($"{Version}/{manifest}.hex is missing. This version writes:\n{written}");

        var read = codec.Decode(Convert.FromHexString(string.Concat(File.ReadLines(file))));

        MessageSamples.Text(read).ShouldBe(MessageSamples.Text(MessageSamples.All[manifest]()));
    }

    /// <summary>Of every version that is recorded, whatever it lacks.</summary>
    [Fact]
    public void Recorded_ByAnyVersion_IsRead()
    {
        var files = Directory.GetFiles(Folder(), "*.hex", SearchOption.AllDirectories);

        files.Length.ShouldBeGreaterThanOrEqualTo(MessageSamples.All.Count);
        foreach (var file in files)
        {
            ClusterMessages.Of(Path.GetFileNameWithoutExtension(file)).Decode(Convert.FromHexString(string.Concat(File.ReadLines(file)))).ShouldNotBeNull(file);
        }
    }

    /// <summary>Extend-only: a line of Recorded/fields.txt may be added; one that changes or goes breaks nodes that run.</summary>
    [Fact]
    public void Schema_AgainstTheRecordedFields_OnlyGrows()
    {
        var fields =
            from message in Wire.ClusterReflection.Descriptor.MessageTypes
            from field in message.Fields.InFieldNumberOrder()
            select $"{message.Name} {field.FieldNumber} {field.FieldType} {field.Name}";

        // Equal, not "contains": a new field is added here in the same change, so that the next one cannot move it.
        fields.ShouldBe(File.ReadAllLines(Path.Combine(Folder(), "fields.txt")));
    }

    [Theory]
    [MemberData(nameof(Manifests))]
    public void FromANewerVersion_WithFieldsThatThisOneDoesNotKnow_IsReadWithoutThem(string manifest)
    {
        var codec = ClusterMessages.Of(manifest);
        var bytes = codec.Encode(MessageSamples.All[manifest]());

        var read = codec.Decode(manifest == "chunk" ? WithUnknownInHeader(bytes) : [.. bytes, .. Unknown()]);

        MessageSamples.Text(read).ShouldBe(MessageSamples.Text(MessageSamples.All[manifest]()));
    }

    // Field 1000 as a varint, 1001 as bytes, 1002 as fixed64: what a later version may add.
    private static byte[] Unknown()
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(1000, WireFormat.WireType.Varint);
            output.WriteInt64(12345);
            output.WriteTag(1001, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFromUtf8("something new"));
            output.WriteTag(1002, WireFormat.WireType.Fixed64);
            output.WriteFixed64(1);
        }

        return stream.ToArray();
    }

    private static byte[] WithUnknownInHeader(byte[] chunk)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(chunk);
        var unknown = Unknown();
        return [.. BitConverter.GetBytes(length + unknown.Length), .. chunk[4..(4 + length)], .. unknown, .. chunk[(4 + length)..]];
    }

    private static string Folder() => Path.Combine(SourceTree.Root, "tests/StreamingContrastive.Tests/Pipeline/Cluster/Serialization/Recorded");
}
