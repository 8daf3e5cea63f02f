using System.Buffers.Binary;
using System.Text;

namespace StreamingContrastive.Tests.Learning.Native;

/// <summary>Builds the smallest ELF file that has a version-needed section with two versions of one library.</summary>
internal static class SmallElf
{
    public const string Wanted = "GLIBCXX_3.4.32";

    public const int StringsAt = 64;
    public const int VerneedAt = 128;
    public const int SectionsAt = 192;

    public static byte[] Build(string second = Wanted)
    {
        var file = new byte[SectionsAt + (3 * 64)];
        "\u007fELF"u8.CopyTo(file);
        (file[4], file[5]) = (2, 1);
        I64(file, 40, SectionsAt);
        U16(file, 58, 64);
        U16(file, 60, 3);
        Encoding.ASCII.GetBytes($"\0libstdc++.so.6\0GLIBCXX_3.4.30\0{second}\0").CopyTo(file, StringsAt);
        U16(file, VerneedAt, 1); // version of the structure
        U16(file, VerneedAt + 2, 2); // two needed versions
        U32(file, VerneedAt + 8, 16); // first of them
        U32(file, VerneedAt + 16 + 8, 16); // name GLIBCXX_3.4.30
        U32(file, VerneedAt + 16 + 12, 16); // next
        U32(file, VerneedAt + 32 + 8, 31); // name of the second
        Section(file, 1, type: 3, offset: StringsAt, link: 0, info: 0);
        Section(file, 2, type: 0x6ffffffe, offset: VerneedAt, link: 1, info: 1);
        return file;
    }

    public static void U16(byte[] file, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(offset), value);

    public static void U32(byte[] file, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(offset), value);

    public static void I64(byte[] file, int offset, long value) => BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(offset), value);

    private static void Section(byte[] file, int index, uint type, long offset, uint link, uint info)
    {
        var at = SectionsAt + (index * 64);
        U32(file, at + 4, type);
        I64(file, at + 24, offset);
        U32(file, at + 40, link);
        U32(file, at + 44, info);
    }
}
