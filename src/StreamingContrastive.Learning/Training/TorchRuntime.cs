using StreamingContrastive.Learning.Native;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Loads the native libraries, sets the process's torch threads and finds the device.</summary>
internal static class TorchRuntime
{
    public static Device Prepare(TrainingOptions options)
    {
        TorchNative.EnsureLoaded();

        // Also where the number is right already: setting it turns off MKL's own choice of fewer threads, which would change sums.
        set_num_threads(options.Threads == 0 ? Environment.ProcessorCount : options.Threads);
        return options.Device switch
        {
            "cpu" => CPU,
            "auto" => cuda.is_available() ? CUDA : CPU,
            "cuda" when cuda.is_available() => CUDA,
            "cuda" => throw new InvalidOperationException("training.device is cuda, but this build of libtorch finds no CUDA device. Build with -p:TorchBackend=cuda on a machine that has one, or set training.device to cpu or auto."),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.Device, "training.device must be auto, cpu or cuda."),
        };
    }
}
