using System.Buffers.Binary;
using System.Text;

namespace StreamingContrastive.Learning.Native;

/// <summary>
/// Marks one version that a 64-bit little-endian ELF library needs as weak (VER_FLG_WEAK), so that the dynamic loader accepts a
/// system library without it. Safe only where no symbol of that version is used, as for GLIBCXX_3.4.32 in libLibTorchSharp.so:
/// its one reference, _ZSt21ios_base_library_initv, has no relocation. Pure: bytes in, bytes out, every read checked.
/// Layout: System V ABI, chapters "Sections" and "Symbol versioning" (Elf64_Verneed, Elf64_Vernaux).
/// </summary>
internal static class ElfVersionPatcher
{
    private const uint SectionGnuVerneed = 0x6ffffffe;
    private const ushort FlagWeak = 0x2;
    private const int SectionHeaderSize = 64;
    private const int VerneedSize = 16;
    private const int VernauxSize = 16;

    /// <summary>Sets the weak flag in place.</summary>
    /// <param name="file">The whole library; changed only where the result is true.</param>
    /// <param name="version">Name of the version, such as GLIBCXX_3.4.32.</param>
    /// <returns>True when an entry was changed; false when the file does not need that version or needs it weakly already.</returns>
    /// <exception cref="InvalidDataException">The file is not a well-formed 64-bit little-endian ELF library.</exception>
    public static bool MarkWeak(Span<byte> file, string version)
    {
        RequireElf(file);
        var changed = false;
        var table = SectionTable(file);
        for (var index = 0; index < table.Count; index++)
        {
            var header = table.Offset + ((long)index * SectionHeaderSize);
            if (U32(file, header + 4, "section type") == SectionGnuVerneed)
            {
                changed |= MarkIn(file, header, table, version);
            }
        }

        return changed;
    }

    private static bool MarkIn(Span<byte> file, long header, (long Offset, int Count) table, string version)
    {
        var changed = false;
        var entry = I64(file, header + 24, "section offset");
        var strings = StringSection(file, table, U32(file, header + 40, "section link"));
        var entries = U32(file, header + 44, "count of needed files");
        for (var i = 0u; i < entries; i++)
        {
            var auxiliaries = U16(file, entry + 2, "count of needed versions");
            var aux = entry + U32(file, entry + 8, "first needed version");
            for (var j = 0; j < auxiliaries; j++)
            {
                RequireRange(file, aux, VernauxSize, "needed version");
                var flags = U16(file, aux + 4, "version flags");
                if ((flags & FlagWeak) == 0 && NameEquals(file, strings + U32(file, aux + 8, "version name"), version))
                {
                    BinaryPrimitives.WriteUInt16LittleEndian(file.Slice((int)aux + 4, 2), (ushort)(flags | FlagWeak));
                    changed = true;
                }

                aux = Next(aux, U32(file, aux + 12, "next needed version"), j + 1 < auxiliaries, VernauxSize);
            }

            RequireRange(file, entry, VerneedSize, "needed file");
            entry = Next(entry, U32(file, entry + 12, "next needed file"), i + 1 < entries, VerneedSize);
        }

        return changed;
    }

    private static void RequireElf(ReadOnlySpan<byte> file)
    {
        RequireRange(file, 0, 64, "file header");
        if (!file[..4].SequenceEqual("\u007fELF"u8))
        {
            throw Malformed("it does not start with the ELF signature");
        }

        if (file[4] != 2 || file[5] != 1)
        {
            throw Malformed($"class {file[4]} and byte order {file[5]} are not 2 (64 bit) and 1 (little-endian)");
        }
    }

    private static (long Offset, int Count) SectionTable(ReadOnlySpan<byte> file)
    {
        var offset = I64(file, 40, "offset of the section table");
        var size = U16(file, 58, "size of a section header");
        var count = U16(file, 60, "count of sections");
        if (count > 0 && size != SectionHeaderSize)
        {
            throw Malformed($"a section header has {size} bytes instead of {SectionHeaderSize}");
        }

        RequireRange(file, offset, count * SectionHeaderSize, "section table");
        return (offset, count);
    }

    private static long StringSection(ReadOnlySpan<byte> file, (long Offset, int Count) table, uint link)
    {
        if (link >= table.Count)
        {
            throw Malformed($"section {link} is named as string table, but there are {table.Count} sections");
        }

        return I64(file, table.Offset + ((long)link * SectionHeaderSize) + 24, "offset of the string table");
    }

    private static long Next(long current, uint step, bool expected, int least)
    {
        if (expected && step < least)
        {
            throw Malformed($"the entry at byte {current} names a next entry {step} bytes on, inside itself");
        }

        return current + step;
    }

    private static bool NameEquals(ReadOnlySpan<byte> file, long offset, string name)
    {
        var bytes = Encoding.ASCII.GetBytes(name);
        RequireRange(file, offset, 1, "version name");
        return offset + bytes.Length < file.Length
            && file.Slice((int)offset, bytes.Length).SequenceEqual(bytes)
            && file[(int)offset + bytes.Length] == 0;
    }

    private static ushort U16(ReadOnlySpan<byte> file, long offset, string what)
    {
        RequireRange(file, offset, 2, what);
        return BinaryPrimitives.ReadUInt16LittleEndian(file[(int)offset..]);
    }

    private static uint U32(ReadOnlySpan<byte> file, long offset, string what)
    {
        RequireRange(file, offset, 4, what);
        return BinaryPrimitives.ReadUInt32LittleEndian(file[(int)offset..]);
    }

    private static long I64(ReadOnlySpan<byte> file, long offset, string what)
    {
        RequireRange(file, offset, 8, what);
        return BinaryPrimitives.ReadInt64LittleEndian(file[(int)offset..]);
    }

    private static void RequireRange(ReadOnlySpan<byte> file, long offset, int length, string what)
    {
        if (offset < 0 || offset > file.Length - length)
        {
            throw Malformed($"{what} at byte {offset} (length {length}) lies outside its {file.Length} bytes");
        }
    }

    private static InvalidDataException Malformed(string reason) => new(
        $"This is not a well-formed 64-bit little-endian ELF library: {reason}. Expected is the libLibTorchSharp.so of the TorchSharp package; restore the package again.");
}
