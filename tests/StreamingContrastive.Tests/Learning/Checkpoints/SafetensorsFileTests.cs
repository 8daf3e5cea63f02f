using System.Buffers.Binary;
using System.Text;
using CsCheck;
using StreamingContrastive.Learning.Checkpoints;

namespace StreamingContrastive.Tests.Learning.Checkpoints;

public sealed class SafetensorsFileTests
{
    private static readonly HostTensor[] s_everyType =
    [
        new("bool", HostTensorType.BOOL, [3], [1, 0, 1]),
        new("u8", HostTensorType.U8, [1, 5], [0, 1, 127, 128, 255]),
        new("i32", HostTensorType.I32, [2], Bytes([int.MinValue, -2])),
        new("i64", HostTensorType.I64, [2, 1], Bytes([long.MinValue, 3L])),
        new("f32", HostTensorType.F32, [2, 2], Bytes([1.5f, -0f, float.NaN, float.PositiveInfinity])),
        new("f64", HostTensorType.F64, [], Bytes([Math.PI])),
        new("empty", HostTensorType.F32, [0, 7], []),
    ];

    [Fact]
    public void Read_OfEveryType_GivesWhatWasWritten()
    {
        byte[] file = Write(s_everyType, new Dictionary<string, string> { ["step"] = "12", ["ünï \"q\""] = "a\nb" });

        SafetensorsContent content = SafetensorsFile.Read(new MemoryStream(file));

        content.Metadata.ShouldBe(new Dictionary<string, string> { ["step"] = "12", ["ünï \"q\""] = "a\nb" }, ignoreOrder: true);
        content.Tensors.Count.ShouldBe(s_everyType.Length);
        foreach (HostTensor expected in s_everyType)
        {
            HostTensor actual = content.Tensors.Single(tensor => tensor.Name == expected.Name);
            actual.Type.ShouldBe(expected.Type);
            actual.Shape.ShouldBe(expected.Shape);
            actual.Data.ShouldBe(expected.Data);
        }
    }

    [Fact]
    public void Write_OfTinyFile_GivesGoldenBytes()
    {
        // Written by hand from the format's description.
        const string header = """{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"m":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}""";
        int padded = (header.Length + 7) / 8 * 8;
        byte[] expected = [(byte)padded, 0, 0, 0, 0, 0, 0, 0, .. Encoding.UTF8.GetBytes(header.PadRight(padded)), 0, 0, 0x80, 0x3f, 9, 8];

        byte[] file = Write(
            [new HostTensor("m", HostTensorType.U8, [2], [9, 8]), new HostTensor("w", HostTensorType.F32, [1], Bytes([1f]))],
            new Dictionary<string, string> { ["a"] = "b" });

        file.ShouldBe(expected);
        ((file.Length - 6) % 8).ShouldBe(0);
    }

    [Fact]
    public void Write_OfNothing_GivesTheSmallestFile()
    {
        byte[] file = Write([]);

        file.ShouldBe([8, 0, 0, 0, 0, 0, 0, 0, .. "{}      "u8]);
        SafetensorsFile.Read(new MemoryStream(file)).Tensors.ShouldBeEmpty();
    }

    [Fact]
    public void Write_OfEqualContentInAnotherOrder_GivesEqualBytes()
    {
        Dictionary<string, string> forwards = new() { ["a"] = "1", ["b"] = "2" };
        Dictionary<string, string> backwards = new() { ["b"] = "2", ["a"] = "1" };

        byte[] first = Write(s_everyType, forwards);
        byte[] second = Write([.. s_everyType.Reverse()], backwards);

        second.ShouldBe(first);
    }

    [Fact]
    public void Write_OfTensorsOfEverySize_AlignsEachToItsElement()
    {
        SafetensorsContent content = SafetensorsFile.Read(new MemoryStream(Write(s_everyType)));

        long offset = 0;
        foreach (HostTensor tensor in content.Tensors)
        {
            (offset % HostTensorTypes.ElementBytes(tensor.Type)).ShouldBe(0, tensor.Name);
            offset += tensor.Data.Length;
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("__metadata__")]
    public void Write_OfReservedName_Refuses(string name)
    {
        var stream = new MemoryStream();

        Should.Throw<ArgumentException>(() => SafetensorsFile.Write(stream, [new HostTensor(name, HostTensorType.U8, [0], [])]));

        stream.Length.ShouldBe(0);
    }

    [Fact]
    public void Write_OfTensorsThatAreWrong_RefusesBeforeAnyByte()
    {
        var stream = new MemoryStream();
        HostTensor good = new("x", HostTensorType.U8, [1], [1]);

        Should.Throw<ArgumentException>(() => SafetensorsFile.Write(stream, [good, good])).Message.ShouldContain("'x'");
        Should.Throw<ArgumentException>(() => SafetensorsFile.Write(stream, [good with { Shape = [2] }])).Message.ShouldContain("U8 [2]");
        Should.Throw<ArgumentException>(() => SafetensorsFile.Write(stream, [good with { Shape = [-1] }]));
        Should.Throw<ArgumentException>(() => SafetensorsFile.Write(stream, [good with { Type = HostTensorType.BOOL, Data = [2] }]));

        stream.Length.ShouldBe(0);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[3,7]}}""", "overlaps")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[3],"data_offsets":[5,8]}}""", "hole")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,9]}}""", "cut short")]
    [InlineData("""{"a":{"dtype":"U8","shape":[7],"data_offsets":[0,7]}}""", "longer")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9],"data_offsets":[0,8]}}""", "do not fit U8 [9]")]
    [InlineData("""{"a":{"dtype":"U8","shape":[8],"data_offsets":[8,0]}}""", "begin <= end")]
    [InlineData("""{"a":{"dtype":"U8","shape":[8],"data_offsets":[0]}}""", "begin <= end")]
    [InlineData("""{"a":{"dtype":"U8","shape":[-8],"data_offsets":[0,8]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"U8","shape":[8.5],"data_offsets":[0,8]}}""", "whole numbers")]
    [InlineData("""{"a":{"dtype":"F64","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", "do not fit")]
    [InlineData("""{"a":{"dtype":"U8","shape":[9000000000000000000],"data_offsets":[0,9000000000000000000]}}""", "one array")]
    [InlineData("""{"a":{"dtype":"BF16","shape":[4],"data_offsets":[0,8]}}""", "BF16")]
    [InlineData("""{"a":{"dtype":"4","shape":[8],"data_offsets":[0,8]}}""", "F32, F64")]
    [InlineData("""{"a":{"shape":[8],"data_offsets":[0,8]}}""", "safetensors")]
    [InlineData("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"a":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}""", "uplicate")]
    [InlineData("""{"a":7}""", "safetensors")]
    [InlineData("""{"\ud800":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", "safetensors")]
    [InlineData("""{"__metadata__":{"a":1},"b":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", "strings only")]
    [InlineData("""{"__metadata__":3,"b":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", "safetensors")]
    [InlineData("""{"":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", "no name")]
    [InlineData("""{"a":{"dtype":"BOOL","shape":[8],"data_offsets":[0,8]}}""", "BOOL")]
    [InlineData("""[]""", "JSON object")]
    [InlineData("""{"a":""", "safetensors")]
    [InlineData("""{} x""", "safetensors")]
    public void Read_OfInconsistentHeader_SaysWhatIsWrong(string header, string expected)
    {
        byte[] file = WithHeader(header, [9, 9, 9, 9, 9, 9, 9, 9]);

        Should.Throw<InvalidDataException>(() => SafetensorsFile.Read(new MemoryStream(file))).Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(1ul)]
    [InlineData(100_000_001ul)]
    [InlineData(0x7fffffffffffffff)]
    [InlineData(0xffffffffffffffff)]
    public void Read_OfImpossibleHeaderLength_Refuses(ulong length)
    {
        byte[] file = WithHeader("{}", []);
        BinaryPrimitives.WriteUInt64LittleEndian(file, length);

        Should.Throw<InvalidDataException>(() => SafetensorsFile.Read(new MemoryStream(file)));
    }

    [Fact]
    public void Read_OfHugeHeaderInHugeFile_RefusesBeforeAllocating()
    {
        byte[] prefix = new byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, SafetensorsFile.MaxHeaderBytes + 1L);

        Should.Throw<InvalidDataException>(() => SafetensorsFile.Read(new MemoryStream(prefix), 1L << 40)).Message.ShouldContain("100000000");
    }

    [Fact]
    public void Read_OfEveryTruncation_Refuses()
    {
        byte[] file = Write(s_everyType, new Dictionary<string, string> { ["step"] = "12" });

        for (int length = 0; length < file.Length; length++)
        {
            // Once with the honest length, once with the length that the file should have had.
            int cut = length;
            Should.Throw<InvalidDataException>(() => SafetensorsFile.Read(new MemoryStream(file, 0, cut)), $"cut at {cut}");
            Should.Throw<InvalidDataException>(() => SafetensorsFile.Read(new MemoryStream(file, 0, cut), file.Length), $"cut at {cut}");
        }
    }

    [Fact]
    public void Read_OfCorruptedBytes_ReadsOrRefusesAndNothingElse()
    {
        byte[] file = Write(s_everyType, new Dictionary<string, string> { ["step"] = "12" });
        Gen.Select(Gen.Int[0, file.Length - 1], Gen.Byte).Array[1, 6].Sample(changes =>
        {
            byte[] damaged = [.. file];
            foreach ((int position, byte value) in changes)
            {
                damaged[position] = value;
            }

            try
            {
                // What still reads is consistent with itself, so it can be written again.
                SafetensorsContent content = SafetensorsFile.Read(new MemoryStream(damaged));
                Write(content.Tensors, content.Metadata).Length.ShouldBeGreaterThan(0);
            }
            catch (InvalidDataException error)
            {
                error.Message.ShouldNotBeNullOrWhiteSpace();
            }
        }, seed: "0N0XIzNsQ0O2", iter: 20_000, threads: 1);
    }

    [Fact]
    public void Read_OfStreamWithoutLength_NeedsTheLength()
    {
        byte[] file = Write(s_everyType);
        using var pipe = new UnseekableStream(file);

        Should.Throw<ArgumentException>(() => SafetensorsFile.Read(pipe));

        SafetensorsFile.Read(pipe, file.Length).Tensors.Count.ShouldBe(s_everyType.Length);
    }

    private static byte[] Write(IReadOnlyList<HostTensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var stream = new MemoryStream();
        SafetensorsFile.Write(stream, tensors, metadata);
        return stream.ToArray();
    }

    private static byte[] WithHeader(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    private static byte[] Bytes<T>(T[] values)
        where T : unmanaged => System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private sealed class UnseekableStream(byte[] content) : MemoryStream(content)
    {
        public override bool CanSeek => false;

        // One byte at a time, as a slow pipe may give them.
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
    }
}
