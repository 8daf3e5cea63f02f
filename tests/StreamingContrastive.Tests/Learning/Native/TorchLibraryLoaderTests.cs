using StreamingContrastive.Learning.Native;

namespace StreamingContrastive.Tests.Learning.Native;

public sealed class TorchLibraryLoaderTests : IDisposable
{
    private const string VersionError = "libstdc++.so.6: version `GLIBCXX_3.4.32' not found";

    private readonly string directory = Directory.CreateTempSubdirectory("native-loader-").FullName;
    private readonly List<string> loaded = [];

    [Fact]
    public void Load_PlainLibrary_IsLeftAlone()
    {
        var library = Write("libLibTorchSharp.so", SmallElf.Build());
        var loader = new TorchLibraryLoader(loaded.Add, new PatchedLibraryCache([Path.Combine(directory, "cache")]));

        loader.Load(["a", "b"], library).ShouldBe(library);

        loaded.ShouldBe(["a", "b", library]);
        Directory.Exists(Path.Combine(directory, "cache")).ShouldBeFalse();
    }

    [Fact]
    public void Load_VersionMissing_LoadsAPatchedCopy()
    {
        var library = Write("libLibTorchSharp.so", SmallElf.Build());
        var loader = new TorchLibraryLoader(path => Fail(path, library, VersionError), new PatchedLibraryCache([Path.Combine(directory, "cache")]));

        var copy = loader.Load([], library);

        copy.ShouldStartWith(Path.Combine(directory, "cache"));
        loaded.ShouldBe([copy]);
        File.ReadAllBytes(library).ShouldBe(SmallElf.Build());
        File.ReadAllBytes(copy)[SmallElf.VerneedAt + 32 + 4].ShouldBe((byte)2);
    }

    [Fact]
    public void Load_OtherReason_NamesLibraryReasonAndMend()
    {
        var library = Write("libLibTorchSharp.so", SmallElf.Build());
        var loader = new TorchLibraryLoader(path => Fail(path, library, "file too short\nsecond line"), new PatchedLibraryCache([directory]));

        var error = Should.Throw<NativeLibraryException>(() => loader.Load([], library));

        error.Message.ShouldContain(library);
        error.Message.ShouldContain("file too short second line");
        error.Message.ShouldContain("dotnet restore");
        error.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void Load_MissingDependency_NamesIt()
    {
        var loader = new TorchLibraryLoader(path => Fail(path, "libc10.so", "cannot open shared object file"), new PatchedLibraryCache([directory]));

        Should.Throw<NativeLibraryException>(() => loader.Load(["libc10.so"], "unused")).Message.ShouldContain("libc10.so");
    }

    [Fact]
    public void Load_MalformedLibraryThatLacksTheVersion_SaysThatTheRepairFailed()
    {
        var library = Write("libLibTorchSharp.so", [1, 2, 3]);
        var loader = new TorchLibraryLoader(path => Fail(path, library, VersionError), new PatchedLibraryCache([directory]));

        Should.Throw<NativeLibraryException>(() => loader.Load([], library)).Message.ShouldContain("the repair");
    }

    [Fact]
    public void EnsureLoaded_Twice_LoadsFromTheSamePlace()
    {
        TorchNative.EnsureLoaded();
        var first = TorchNative.LoadedFrom;
        TorchNative.EnsureLoaded();

        TorchNative.LoadedFrom.ShouldBe(first);
        using var tensor = TorchSharp.torch.ones(3);
        tensor.sum().item<float>().ShouldBe(3f);
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private void Fail(string path, string refused, string reason)
    {
        if (path == refused)
        {
            throw new DllNotFoundException(reason);
        }

        loaded.Add(path);
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(directory, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
