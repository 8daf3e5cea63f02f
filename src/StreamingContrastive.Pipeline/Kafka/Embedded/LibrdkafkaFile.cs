using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace StreamingContrastive.Pipeline.Kafka.Embedded;

/// <summary>
/// Finds the librdkafka that Confluent.Kafka has loaded. The package carries several builds and takes the first one whose own
/// dependencies are there, so a name alone could bring a second library, with its own state, into the process.
/// </summary>
internal static class LibrdkafkaFile
{
    /// <summary>The logical name of our imports; no file is called so, hence the runtime always asks <see cref="Resolve"/>.</summary>
    internal const string ImportName = "streaming-contrastive/librdkafka";

    // Confluent.Kafka's own order.
    private static readonly string[] Names = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];

    /// <summary>Resolver for <see cref="NativeLibrary.SetDllImportResolver"/>: zero for any other library.</summary>
    /// <exception cref="DllNotFoundException">Confluent.Kafka could not load its library, or it cannot be found again.</exception>
    internal static nint Resolve(string libraryName, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (libraryName != ImportName)
        {
            return 0;
        }

        // Asking for the version makes Confluent.Kafka choose and load its file first.
        var version = Confluent.Kafka.Library.VersionString;
        if (Mapped() is [var path, ..])
        {
            return NativeLibrary.Load(path);
        }

        // Where the module list hides libraries (macOS), the runtime knows a name that was loaded for the same assembly.
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, typeof(Confluent.Kafka.Library).Assembly, null, out var handle))
            {
                return handle;
            }
        }

        throw new DllNotFoundException(
            $"librdkafka {version} is loaded by Confluent.Kafka but cannot be found among the modules of this process, nor by the names " +
            $"{string.Join(", ", Names)}. The embedded broker needs it; use a real broker (kafka:bootstrapServers) on this platform.");
    }

    /// <summary>Full paths of the librdkafka files that are mapped into this process, each once.</summary>
    internal static IReadOnlyList<string> Mapped()
    {
        using var process = Process.GetCurrentProcess();
        return process.Modules.Cast<ProcessModule>()
            .Select(module => module.FileName)
            .Where(path => Names.Contains(Path.GetFileNameWithoutExtension(path), StringComparer.OrdinalIgnoreCase))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
    }
}
