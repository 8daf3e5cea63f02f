using System.IO.Compression;
using CsCheck;
using StreamingContrastive.Host.Datasets;

namespace StreamingContrastive.Tests.Host.Datasets;

public sealed class IdxFileTests
{
    private static readonly byte[] s_file = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_OfPlainAndPackedFile_GivesExtentsAndBytes(bool packed)
    {
        IdxArray array = Read(packed ? Pack(s_file) : s_file);

        array.Dimensions.ShouldBe([2, 3]);
        array.Data.ShouldBe([1, 2, 3, 4, 5, 6]);
    }

    [Fact]
    public void Read_OfEmptyArray_GivesNoBytes() => Read([0, 0, 8, 1, 0, 0, 0, 0]).Data.ShouldBeEmpty();

    [Fact]
    public void Read_OfUnexpectedHeader_NamesFileAndFinding()
    {
        string message = Should.Throw<InvalidDataException>(() => Read([0, 0, 0x0d, 1, 0, 0, 0, 0])).Message;

        message.ShouldContain("some.idx");
        message.ShouldContain("00000D01");
    }

    [Theory]
    [InlineData(new byte[] { })]
    [InlineData(new byte[] { 0, 0, 8 })]
    [InlineData(new byte[] { 0, 0, 8, 0 })]
    [InlineData(new byte[] { 0, 0, 8, 9 })]
    [InlineData(new byte[] { 1, 0, 8, 1, 0, 0, 0, 1, 7 })]
    [InlineData(new byte[] { 0, 0, 8, 1, 255, 255, 255, 255, 7 })]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 2, 7 })]
    [InlineData(new byte[] { 0, 0, 8, 1, 0, 0, 0, 1, 7, 7 })]
    [InlineData(new byte[] { 0, 0, 8, 1, 127, 255, 255, 255, 7 })]
    [InlineData(new byte[] { 0, 0, 8, 4, 127, 255, 255, 255, 127, 255, 255, 255, 127, 255, 255, 255, 127, 255, 255, 255, 7 })]
    public void Read_OfBrokenFile_Refuses(byte[] file)
    {
        Should.Throw<InvalidDataException>(() => Read(file)).Message.ShouldContain("some.idx");
        Should.Throw<InvalidDataException>(() => Read(Pack(file))).Message.ShouldContain("some.idx");
    }

    [Fact]
    public void Read_OfAnnouncedGigabyteInTinyPack_RefusesBeforeAllocating()
    {
        byte[] file = Pack([0, 0, 8, 1, 0x40, 0, 0, 0]);
        long before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<InvalidDataException>(() => Read(file)).Message.ShouldContain("more than the file can hold");

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(10_000_000);
    }

    [Fact]
    public void Read_OfCorruptedPack_ReadsOrRefusesAndNothingElse()
    {
        byte[] file = Pack(s_file);
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte, Gen.Int[0, file.Length]).Sample((position, value, length) =>
        {
            byte[] damaged = [.. file];
            damaged[position] = value;
            try
            {
                Read(damaged[..length]).Data.ShouldBe([1, 2, 3, 4, 5, 6]);
            }
            catch (InvalidDataException error)
            {
                error.Message.ShouldContain("some.idx");
            }
        }, seed: "0N0XIzNsQ0O2", iter: 3_000, threads: 1);
    }

    private static IdxArray Read(byte[] file) => IdxFile.Read(new MemoryStream(file), "some.idx");

    private static byte[] Pack(byte[] content)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(content);
        }

        return packed.ToArray();
    }
}
