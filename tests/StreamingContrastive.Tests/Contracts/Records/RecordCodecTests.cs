using Google.Protobuf;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Records;
using Wire = StreamingContrastive.Contracts.Wire;

namespace StreamingContrastive.Tests.Contracts.Records;

public sealed class RecordCodecTests
{
    private static readonly MultiPartRecord Sample = new()
    {
        Parts = [new NamedPart("picture", "image/png", new byte[] { 1, 2, 3 }), new NamedPart("größe", "", Array.Empty<byte>())],
        Label = 0,
        HardNegatives =
        [
            new RecordNegative { RecordKey = new byte[] { 9 } },
            new RecordNegative { Inline = [new NamedPart("caption", "text/plain", "two"u8.ToArray())] },
        ],
    };

    [Fact]
    public void Decode_WhatEncodeWrote_IsTheSame()
    {
        var read = RecordCodec.Decode(RecordCodec.Encode(Sample), 1000);

        read.Label.ShouldBe(0);
        read.Parts.Select(p => (p.Name, p.MediaType, Convert.ToHexString(p.Data.Span))).ShouldBe([("picture", "image/png", "010203"), ("größe", "", "")]);
        read.HardNegatives[0].RecordKey!.Value.ToArray().ShouldBe([9]);
        read.HardNegatives[1].Inline!.Single().Data.ToArray().ShouldBe("two"u8.ToArray());
    }

    /// <summary>The generated parser is the reference: both read what either writes.</summary>
    [Fact]
    public void Encode_AgainstTheGeneratedParser_IsTheContract()
    {
        var wire = Wire.Record.Parser.ParseFrom(RecordCodec.Encode(Sample));

        wire.Parts.Select(p => p.Name).ShouldBe(["picture", "größe"]);
        wire.HasLabel.ShouldBeTrue();
        wire.HardNegatives.Select(n => n.ContentCase).ShouldBe([Wire.HardNegative.ContentOneofCase.RecordKey, Wire.HardNegative.ContentOneofCase.Inline]);
        RecordCodec.Encode(RecordCodec.Decode(wire.ToByteArray(), 1000)).ShouldBe(wire.ToByteArray());
    }

    [Fact]
    public void Decode_UnknownFields_ArePassedOver() =>
        RecordCodec.Decode(new byte[] { 0x0A, 0x03, 0x0A, 0x01, (byte)'a', 0x50, 0x7F, 0x59, 1, 2, 3, 4, 5, 6, 7, 8, 0x65, 1, 2, 3, 4, 0x6A, 0x01, 0xFF }, 100)
            .Parts.Single().Name.ShouldBe("a");

    [Theory]
    [InlineData("0A", "does not end")]
    [InlineData("0A05", "claims 5 bytes and 0 are left")]
    [InlineData("0AFFFFFFFFFFFFFFFFFF01", "claims 18446744073709551615 bytes")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFF01", "does not end")]
    [InlineData("0B", "wire type 3")]
    [InlineData("0801", "parts is a number where a Record has bytes")]
    [InlineData("10FFFFFFFF0F", "label is 4294967295; it is a number from 0 to 2147483647")]
    [InlineData("1200", "label is no number")]
    [InlineData("1A00", "neither parts (inline) nor record_key")]
    [InlineData("0A030A01FF", "name is not UTF-8")]
    public void Decode_Damaged_SaysWhatIsWrong(string hex, string expected) =>
        Should.Throw<WireFormatException>(() => RecordCodec.Decode(Convert.FromHexString(hex), 100)).Message.ShouldContain(expected);

    [Fact]
    public void Decode_TooLong_IsRefusedBeforeItIsRead() =>
        Should.Throw<WireFormatException>(() => RecordCodec.Decode(new byte[11], 10)).Message.ShouldContain("11 bytes; at most 10");

    /// <summary>Two bytes make an empty part: a message of a megabyte must not become half a million objects, as it does in the generated parser.</summary>
    [Fact]
    public void Decode_AMegabyteOfEmptyParts_IsRefusedWithoutAllocatingThem()
    {
        var hostile = new byte[1024 * 1024];
        for (var i = 0; i < hostile.Length; i += 2)
        {
            hostile[i] = 0x0A;
        }

        var before = GC.GetAllocatedBytesForCurrentThread();

        Should.Throw<WireFormatException>(() => RecordCodec.Decode(hostile, hostile.Length)).Message.ShouldContain("more than 64 parts");
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void Decode_AnyBytes_IsARecordOrAWireFormatException(int seed)
    {
        var random = new Random(seed);
        var good = RecordCodec.Encode(Sample);
        for (var i = 0; i < 5000; i++)
        {
            var bytes = random.Next(2) == 0 ? new byte[random.Next(40)] : [.. good];
            for (var flips = random.Next(1, 6); flips > 0 && bytes.Length > 0; flips--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Record.Exception(() => RecordCodec.Decode(bytes, 1000))?.ShouldBeOfType<WireFormatException>(Convert.ToHexString(bytes));
        }
    }
}
