namespace StreamingContrastive.Benchmarks.Remoting;

/// <summary>What went through. A megabyte is a million bytes of rows; headers are not counted.</summary>
/// <param name="MegabytesPerSecond">MB/s.</param>
/// <param name="ProcessorMsPerMegabyte">Processor time of both ends for a megabyte, milliseconds.</param>
internal readonly record struct Flow(double MegabytesPerSecond, double ProcessorMsPerMegabyte)
{
    /// <summary>The faster one.</summary>
    public static Flow Faster(Flow one, Flow other) => one.MegabytesPerSecond >= other.MegabytesPerSecond ? one : other;
}
