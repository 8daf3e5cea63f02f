using System.Text;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

public sealed class ChecksummedJsonTests
{
    private static readonly EpochRecord Record = new()
    {
        FormatVersion = 1,
        Epoch = 7,
        Parent = new(6, 100),
        Host = "host",
        ProcessId = 12,
        CreatedAt = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        LearningRateScale = 0.5,
        Attempt = 2,
        ModelVersionFloor = ulong.MaxValue,
    };

    [Fact]
    public void Open_SealedFile_GivesTheRecordBack()
    {
        var bytes = ChecksummedJson.Seal(Record, CheckpointJson.Default.EpochRecord);

        var opened = Open(bytes);

        (opened with { Checksum = Record.Checksum }).ShouldBe(Record);
        Encoding.UTF8.GetString(bytes).ShouldContain("\"parent\": \"0000000006-000000000100\"");
    }

    [Fact]
    public void ReadChecksum_SealedFile_IsTheOneThatOpeningGives()
    {
        var bytes = ChecksummedJson.Seal(Record, CheckpointJson.Default.EpochRecord);

        ChecksummedJson.ReadChecksum(bytes).ShouldBe(Open(bytes).Checksum);
        ChecksummedJson.ReadChecksum(bytes).ShouldNotBe(ChecksummedJson.NoChecksum);
    }

    [Fact]
    public void Open_AnyBitFlippedOrAnyCut_IsNoticed()
    {
        var bytes = ChecksummedJson.Seal(Record, CheckpointJson.Default.EpochRecord);

        for (var i = 0; i < bytes.Length; i++)
        {
            byte[] flipped = [.. bytes];
            flipped[i] ^= (byte)(1 << (i % 8));
            Should.Throw<InvalidDataException>(() => Open(flipped));
            Should.Throw<InvalidDataException>(() => Open(bytes[..i]));
        }
    }

    [Fact]
    public void Open_WholeFileOfAnotherFormat_IsNotTakenForDamage()
    {
        var bytes = ChecksummedJson.Seal(Record with { FormatVersion = 2 }, CheckpointJson.Default.EpochRecord);

        Should.Throw<CheckpointFormatException>(() => Open(bytes)).Message.ShouldContain("file.json has format 2; this version reads format 1");
    }

    private static EpochRecord Open(byte[] bytes) => ChecksummedJson.Open(bytes, "file.json", CheckpointJson.Default.EpochRecord);
}
