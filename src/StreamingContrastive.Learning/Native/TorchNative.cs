using System.Reflection;
using System.Runtime.InteropServices;
using TorchSharp;

namespace StreamingContrastive.Learning.Native;

/// <summary>
/// Makes TorchSharp usable on this machine without anything to install. Call <see cref="EnsureLoaded"/> before TorchSharp is
/// first touched; on Linux it loads the native libraries by full path, after which TorchSharp finds them by name.
/// </summary>
public static class TorchNative
{
    private const string LibraryFile = "libLibTorchSharp.so";

    // libtorch_cpu.so names libgomp by a file name with a hash; all of them lie beside each other.
    private static readonly string[] DependencyPatterns =
        ["libgomp*.so*", "libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so"];

    private static readonly Lazy<string> Loaded = new(LoadOnce);

    /// <summary>Loads the native libraries once; later calls do nothing (a failure is reported again). Any thread may call it.</summary>
    /// <exception cref="NativeLibraryException">A library is missing or does not load; the message says what to do.</exception>
    public static void EnsureLoaded() => _ = Loaded.Value;

    /// <summary>Path of the loaded TorchSharp library: the package's own file or the patched copy. For logs and reports.</summary>
    public static string LoadedFrom => Loaded.Value;

    private static string LoadOnce()
    {
        ProcessTuning.Apply();
        if (!OperatingSystem.IsLinux())
        {
            return LoadByName();
        }

        var library = NativeSearchPath.Find(LibraryFile) ?? throw new NativeLibraryException(
            $"The native library {LibraryFile} was not found beside {AppContext.BaseDirectory}: the TorchSharp package of this application is not whole, or the processor is not x64 ({RuntimeInformation.ProcessArchitecture}). Build again for linux-x64.");
        var dependencies = DependencyPatterns.SelectMany(NativeSearchPath.FindAll).ToArray();
        return new TorchLibraryLoader(path => NativeLibrary.Load(path), PatchedLibraryCache.ForCurrentUser()).Load(dependencies, library);
    }

    private static string LoadByName()
    {
        var assembly = typeof(torch).Assembly;
        LoadByName("torch_cpu", assembly);
        LoadByName("LibTorchSharp", assembly);
        return "LibTorchSharp";
    }

    private static void LoadByName(string name, Assembly assembly)
    {
        try
        {
            NativeLibrary.Load(name, assembly, null);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeLibraryException(
                $"The native library {name} does not load on {RuntimeInformation.OSDescription}: {e.Message.ReplaceLineEndings(" ").Trim()} The packages TorchSharp and libtorch-cpu of this system must be part of the build; run dotnet restore and build again.", e);
        }
    }
}
