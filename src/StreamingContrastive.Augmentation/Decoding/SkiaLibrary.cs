using SkiaSharp;

namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>Tells a missing or wrong native library, which is the machine's fault, from a bad picture, which is the record's.</summary>
internal static class SkiaLibrary
{
    /// <summary>Loads SkiaSharp's native library now: otherwise its absence would turn every record into a dead letter.</summary>
    /// <exception cref="InvalidOperationException">It does not load.</exception>
    public static void EnsureLoaded()
    {
        try
        {
            using var probe = SKData.CreateCopy([0]);
        }
        catch (Exception exception) when (IsEnvironmentFault(exception))
        {
            throw new InvalidOperationException(
                $"The picture decoder's native library libSkiaSharp could not be loaded: {exception.GetBaseException().Message} "
                + "It belongs beside the executable (NuGet package SkiaSharp.NativeAssets.Linux.NoDependencies on Linux): restore and build again, "
                + "or set payload:format to raw, which needs no decoder.",
                exception);
        }
    }

    /// <summary>True for failures that no other record could escape.</summary>
    public static bool IsEnvironmentFault(Exception exception) => exception is
        DllNotFoundException or EntryPointNotFoundException or BadImageFormatException or TypeInitializationException
        or OutOfMemoryException;
}
