using System.Buffers.Binary;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public sealed class OutboxFileTests
{
    private static readonly OutputRecord[] Records =
    [
        new("pipeline.embeddings", [1, 2], [3, 4, 5], [new("id", [9]), new("empty", []), new("null", null)], 1234567890123),
        new("pipeline.embeddings", [1, 2], null, [], -1),
        new("pipéline.models", null, [], [], 0),
    ];

    [Fact]
    public void Read_WrittenFile_GivesEveryRecordBack()
    {
        var read = OutboxFile.Read(new MemoryStream(File(Records)));

        read.Records.Count.ShouldBe(3);
        for (var i = 0; i < 3; i++)
        {
            var (actual, expected) = (read.Records[i], Records[i]);
            (actual.Topic, actual.TimestampUnixMs).ShouldBe((expected.Topic, expected.TimestampUnixMs));
            actual.Key.ShouldBe(expected.Key);
            actual.Value.ShouldBe(expected.Value);
            actual.Headers.Select(h => h.Key).ShouldBe(expected.Headers.Select(h => h.Key));
            actual.Headers.Select(h => h.Value).ToArray().ShouldBeEquivalentTo(expected.Headers.Select(h => h.Value).ToArray());
        }
    }

    [Fact]
    public void Read_NoRecords_IsAnEmptyOutbox() => OutboxFile.Read(new MemoryStream(File())).Records.ShouldBeEmpty();

    [Fact]
    public void Read_AnyBitFlippedOrAnyCut_IsInvalidData()
    {
        var bytes = File(Records);

        for (var i = 0; i < bytes.Length; i++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                byte[] flipped = [.. bytes];
                flipped[i] ^= (byte)(1 << bit);
                Should.Throw<InvalidDataException>(() => OutboxFile.Read(new MemoryStream(flipped)));
            }

            Should.Throw<InvalidDataException>(() => OutboxFile.Read(new MemoryStream(bytes[..i])));
        }

        Should.Throw<InvalidDataException>(() => OutboxFile.Read(new MemoryStream([.. bytes, 0])));
    }

    [Fact]
    public void Read_LengthBeyondTheFile_IsRefusedBeforeAnythingIsAllocated()
    {
        var bytes = File(Records);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), 200_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<InvalidDataException>(() => OutboxFile.Read(new MemoryStream(bytes))).Message.ShouldContain("Record 0 of the outbox, at byte 16, claims 200000000 bytes");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000_000);
    }

    [Fact]
    public void SizeBytes_GrowsWithWhatTheRecordsHold()
    {
        var outbox = new Outbox();
        outbox.Add(Records[0]);
        var one = outbox.SizeBytes;
        outbox.Add(Records[0] with { Value = new byte[1003] });

        (outbox.SizeBytes - one).ShouldBe(one + 1000);
        one.ShouldBeGreaterThan("pipeline.embeddings".Length + 2 + 3);
    }

    private static byte[] File(params OutputRecord[] records)
    {
        var outbox = new Outbox();
        foreach (var record in records)
        {
            outbox.Add(record);
        }

        using var stream = new MemoryStream();
        OutboxFile.Write(stream, outbox);
        return stream.ToArray();
    }
}
