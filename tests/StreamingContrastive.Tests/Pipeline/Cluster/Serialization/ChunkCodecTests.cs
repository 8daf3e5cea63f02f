using System.Buffers.Binary;
using CsCheck;
using Google.Protobuf;
using StreamingContrastive.Pipeline.Cluster.Serialization;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Training;
using StreamingContrastive.Tests.Pipeline.Delivery;
using Wire = StreamingContrastive.Pipeline.Cluster.Wire;

namespace StreamingContrastive.Tests.Pipeline.Cluster.Serialization;

public sealed class ChunkCodecTests
{
    private const int LengthBytes = 4;

    private readonly ChunkCodec _codec = new();

    [Fact]
    public void Decode_OfEncoded_IsTheSameChunk()
    {
        var ready = (ChunkReady)_codec.Decode(Sample());

        MessageSamples.Text(ready).ShouldBe(MessageSamples.Text(new ChunkReady(MessageSamples.Chunk(), ready.Sent)));
    }

    [Fact]
    public void Decode_OfAnEmptyRange_HasNoRows()
    {
        var source = new RecordChunk(ChunkFactory.P0, 7, 7, 1, ChunkFactory.FirstReading, [], default);

        var ready = (ChunkReady)_codec.Decode(_codec.Encode(new ChunkReady(PairChunk.Empty(source), default)));

        (ready.Chunk.From, ready.Chunk.To, ready.Chunk.RecordCount, ready.Chunk.Query.Length).ShouldBe((7, 7, 0, 0));
        ready.Chunk.ReturnBuffers();
    }

    [Fact]
    public void Decode_OfEveryTruncation_IsRefused()
    {
        var bytes = Sample();

        for (var length = 0; length < bytes.Length; length++)
        {
            var truncated = bytes[..length];
            Should.Throw<ClusterMessageException>(() => _codec.Decode(truncated), $"of {length} bytes");
        }
    }

    [Fact]
    public void Decode_OfOneByteTooMany_IsRefused() => Should.Throw<ClusterMessageException>(() => _codec.Decode([.. Sample(), 0])).Message.ShouldContain("rows");

    /// <summary>Whatever the bytes say of sizes and counts, refusing them costs next to nothing.</summary>
    [Theory]
    [InlineData(int.MaxValue, 0, 0)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(-1, 1, 0)]
    public void Decode_OfHostileRowSizes_IsRefusedWithoutAllocatingThem(int query, int key, int clean)
    {
        var bytes = WithHeader(h => (h.QueryRowBytes, h.KeyRowBytes, h.CleanRowBytes) = (query, key, clean));

        AllocatedBy(() => Should.Throw<ClusterMessageException>(() => _codec.Decode(bytes))).ShouldBeLessThan(256 * 1024);
    }

    [Fact]
    public void Decode_OfAHeaderOfTinyPairs_IsRefusedBeforeAnyIsMade()
    {
        // Two bytes a pair: the parser would make two million objects of them.
        byte[] header = [.. Enumerable.Repeat<byte[]>([(9 << 3) | 2, 0], 1_900_000).SelectMany(b => b)];
        var bytes = new byte[LengthBytes + header.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)header.Length);
        header.CopyTo(bytes, LengthBytes);

        AllocatedBy(() => Should.Throw<ClusterMessageException>(() => _codec.Decode(bytes)).Message.ShouldContain("more than")).ShouldBeLessThan(256 * 1024);
    }

    [Fact]
    public void Decode_OfAHeaderLongerThanTheMessage_IsRefused()
    {
        var bytes = Sample();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, uint.MaxValue);

        Should.Throw<ClusterMessageException>(() => _codec.Decode(bytes)).Message.ShouldContain("truncated");
    }

    [Fact]
    public void Decode_OfOffsetsOutsideOfTheRange_IsRefused()
    {
        Refused(h => h.Pairs[1].Offset = 10);
        Refused(h => h.Pairs[1].Offset = h.Pairs[0].Offset);
        Refused(h => h.Pairs[0].Offset = -1);
        Refused(h => h.Tombstones[0].Offset = long.MaxValue);
        Refused(h => h.DeadLetters[1] = 3);
        Refused(h => h.To = 103);
        Refused(h => h.From.Topic = "");
        Refused(h => h.From = null);
        Refused(h => h.Sent = null);
        Refused(h => h.Assignment.Source = ByteString.CopyFrom(1, 2));
        Refused(h => h.ReceivedTicks = long.MaxValue);

        void Refused(Action<Wire.ChunkHeader> change) => Should.Throw<ClusterMessageException>(() => _codec.Decode(WithHeader(change)));
    }

    [Fact]
    public void Encode_OfMoreThanAMessageMayHold_SaysWhatToDo()
    {
        var chunk = ChunkFactory.Chunk(ChunkFactory.P0, 0, 2, [0, 1], rowBytes: 1024 * 1024);

        Should.Throw<ClusterMessageException>(() => _codec.Encode(new ChunkReady(chunk, default))).Message.ShouldContain("too large for a remote ingest");
        chunk.IsReturned().ShouldBeFalse();
        chunk.ReturnBuffers();
    }

    /// <summary>A byte changed anywhere: a chunk, or a refusal in our words; nothing else.</summary>
    [Fact]
    public void Decode_OfDamage_IsAChunkOrARefusal()
    {
        var sample = Sample();

        Gen.Select(Gen.Int[0, sample.Length - 1], Gen.Byte).Sample((at, value) =>
        {
            var damaged = (byte[])sample.Clone();
            damaged[at] = value;
            try
            {
                ((ChunkReady)_codec.Decode(damaged)).Chunk.ReturnBuffers();
            }
            catch (ClusterMessageException)
            {
                // A refusal.
            }
        });
    }

    private byte[] Sample() => _codec.Encode(MessageSamples.All["chunk"]());

    private byte[] WithHeader(Action<Wire.ChunkHeader> change)
    {
        var bytes = Sample();
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        var header = Wire.ChunkHeader.Parser.ParseFrom(bytes.AsSpan(LengthBytes, length));
        change(header);
        var changed = header.ToByteArray();
        return [.. BitConverter.GetBytes(changed.Length), .. changed, .. bytes[(LengthBytes + length)..]];
    }

    private static long AllocatedBy(Action action)
    {
        action(); // The first time costs types and words.
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
