using StreamingContrastive.Learning.Native;

namespace StreamingContrastive.Tests.Learning.Native;

public sealed class PatchedLibraryCacheTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("native-cache-").FullName;

    [Fact]
    public void GetOrCreate_VersionNotNeeded_HasNothingToDo()
    {
        var library = Write(SmallElf.Build("GLIBCXX_3.4.29"));

        new PatchedLibraryCache([Path.Combine(directory, "cache")]).GetOrCreate(library, SmallElf.Wanted).ShouldBeNull();

        Directory.Exists(Path.Combine(directory, "cache")).ShouldBeFalse();
    }

    [Fact]
    public void GetOrCreate_DirectoryCannotBeWritten_TakesTheNext()
    {
        var library = Write(SmallElf.Build());
        var blocked = Path.Combine(directory, "blocked");
        File.WriteAllText(blocked, "a file where a directory should be: unwritable for every account, root too");

        var copy = new PatchedLibraryCache([Path.Combine(blocked, "cache"), Path.Combine(directory, "second")]).GetOrCreate(library, SmallElf.Wanted);

        copy.ShouldNotBeNull().ShouldStartWith(Path.Combine(directory, "second"));
    }

    [Fact]
    public void GetOrCreate_NoDirectoryCanBeWritten_NamesThemAll()
    {
        var library = Write(SmallElf.Build());
        var blocked = Path.Combine(directory, "blocked");
        File.WriteAllText(blocked, "");

        Should.Throw<IOException>(() => new PatchedLibraryCache([Path.Combine(blocked, "x")]).GetOrCreate(library, SmallElf.Wanted))
            .Message.ShouldContain(Path.Combine(blocked, "x"));
    }

    [Fact]
    public void GetOrCreate_DamagedCopy_IsReplaced()
    {
        var library = Write(SmallElf.Build());
        var cache = new PatchedLibraryCache([Path.Combine(directory, "cache")]);
        var copy = cache.GetOrCreate(library, SmallElf.Wanted).ShouldNotBeNull();
        var good = File.ReadAllBytes(copy);
        File.WriteAllBytes(copy, [0]);

        cache.GetOrCreate(library, SmallElf.Wanted).ShouldBe(copy);

        File.ReadAllBytes(copy).ShouldBe(good);
    }

    [Fact]
    public void GetOrCreate_ManyAtOnce_AgreeAndLeaveNoTemporaryFiles()
    {
        var library = Write(SmallElf.Build());
        var cache = Path.Combine(directory, "cache");
        var copies = new string?[32];

        Parallel.For(0, copies.Length, i => copies[i] = new PatchedLibraryCache([cache]).GetOrCreate(library, SmallElf.Wanted));

        copies.Distinct().Count().ShouldBe(1);
        Directory.GetFiles(cache).ShouldBe([copies[0]!]);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(directory, "libLibTorchSharp.so");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
