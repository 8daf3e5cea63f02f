using StreamingContrastive.Learning.Native;

namespace StreamingContrastive.Tests.Learning.Native;

public sealed class ElfVersionPatcherTests
{
    [Fact]
    public void MarkWeak_NeededVersion_ChangesItsFlagsOnly()
    {
        var original = SmallElf.Build();
        var patched = (byte[])original.Clone();

        ElfVersionPatcher.MarkWeak(patched, SmallElf.Wanted).ShouldBeTrue();

        Differences(original, patched).ShouldBe([SmallElf.VerneedAt + 32 + 4]);
        patched[SmallElf.VerneedAt + 32 + 4].ShouldBe((byte)2);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4.3")]
    [InlineData("GLIBCXX_3.4.322")]
    [InlineData("GLIBCXX_3.4.29")]
    public void MarkWeak_OtherVersion_LeavesTheFileAlone(string other)
    {
        var original = SmallElf.Build(other);
        var patched = (byte[])original.Clone();

        ElfVersionPatcher.MarkWeak(patched, SmallElf.Wanted).ShouldBeFalse();

        patched.ShouldBe(original);
    }

    [Fact]
    public void MarkWeak_SecondTime_HasNothingToDo()
    {
        var file = SmallElf.Build();
        ElfVersionPatcher.MarkWeak(file, SmallElf.Wanted);

        ElfVersionPatcher.MarkWeak(file, SmallElf.Wanted).ShouldBeFalse();
    }

    [Fact]
    public void MarkWeak_RealLibrary_ChangesTwoBytesAtMost()
    {
        var path = NativeSearchPath.Find("libLibTorchSharp.so");
        Assert.SkipWhen(path is null, "libLibTorchSharp.so is not part of this build (only Linux packages have it).");
        var original = File.ReadAllBytes(path!);
        var patched = (byte[])original.Clone();

        var changed = ElfVersionPatcher.MarkWeak(patched, TorchLibraryLoader.UnusedVersion);

        var differences = Differences(original, patched);
        differences.Count.ShouldBe(changed ? 1 : 0); // 0x0000 -> 0x0002, little-endian: one of the entry's two bytes
        File.ReadAllBytes(path!).ShouldBe(original);
    }

    [Fact]
    public void MarkWeak_NotElf_SaysWhatIsExpected()
    {
        var error = Should.Throw<InvalidDataException>(() => ElfVersionPatcher.MarkWeak(new byte[100], SmallElf.Wanted));

        error.Message.ShouldContain("ELF signature");
        error.Message.ShouldContain("libLibTorchSharp.so");
    }

    [Fact]
    public void MarkWeak_ThirtyTwoBit_IsRefused()
    {
        var file = SmallElf.Build();
        file[4] = 1;

        Should.Throw<InvalidDataException>(() => ElfVersionPatcher.MarkWeak(file, SmallElf.Wanted)).Message.ShouldContain("64 bit");
    }

    [Fact]
    public void MarkWeak_CutShort_ThrowsAndNeverReadsBeyond()
    {
        var whole = SmallElf.Build();
        for (var length = 0; length < whole.Length; length++)
        {
            Should.Throw<InvalidDataException>(() => ElfVersionPatcher.MarkWeak(whole.AsSpan(0, length).ToArray(), SmallElf.Wanted));
        }
    }

    [Fact]
    public void MarkWeak_EntryThatNamesItself_DoesNotLoop()
    {
        var file = SmallElf.Build();
        SmallElf.U32(file, SmallElf.VerneedAt + 16 + 12, 0);

        Should.Throw<InvalidDataException>(() => ElfVersionPatcher.MarkWeak(file, SmallElf.Wanted)).Message.ShouldContain("inside itself");
    }

    // Any two bytes may be wrong: the answer is a result or a teaching exception, nothing else.
    [Fact]
    public void MarkWeak_DamagedBytes_NeverFailsOtherwise()
    {
        const int Seed = 20;
        var random = new Random(Seed);
        var refused = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var file = SmallElf.Build();
            file[random.Next(file.Length)] = (byte)random.Next(256);
            file[random.Next(file.Length)] = (byte)random.Next(256);
            try
            {
                ElfVersionPatcher.MarkWeak(file, SmallElf.Wanted);
            }
            catch (InvalidDataException)
            {
                refused++;
            }
        }

        refused.ShouldBeInRange(1, 19_999, $"seed {Seed}");
    }

    private static List<int> Differences(byte[] a, byte[] b) => [.. Enumerable.Range(0, a.Length).Where(i => a[i] != b[i])];
}
