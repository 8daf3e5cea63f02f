using System.Globalization;
using StreamingContrastive.Pipeline.Cluster.Serialization;

namespace StreamingContrastive.Benchmarks.Remoting;

/// <summary>
/// <c>remoting [seconds] [hocon]</c>: chunks of pairs from one actor system to another over loopback, through the serializer and the
/// transport settings of a cluster, against bare byte arrays in the same run; MB/s and processor time of both ends together. Further HOCON
/// is put in front, to try a setting.
/// </summary>
internal static class RemotingVerb
{
    private const double TrainerPairsPerSecond = 2000;
    private const int ViewsPerPair = 3;

    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 5;
        var hocon = args.Length > 1 ? args[1] : "";
        Console.WriteLine($"{"what",-34} {"MB/s",8} {"CPU ms/MB",10}");
        var small = await CompareAsync("28x28, 64 pairs", 784, 64, seconds, hocon, certificates: false).ConfigureAwait(false);
        var large = await CompareAsync("1 MB", 1_000_000 / (ViewsPerPair * 64), 64, seconds, hocon, certificates: false).ConfigureAwait(false);
        var tls = await CompareAsync("1 MB, TLS", 1_000_000 / (ViewsPerPair * 64), 64, seconds, hocon, certificates: true).ConfigureAwait(false);
        var bytesPerView = large.Ours * 1e6 / TrainerPairsPerSecond / ViewsPerPair;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"computed from {large.Ours:0} MB/s: a trainer of {TrainerPairsPerSecond:0} pairs/s is fed with views of up to {bytesPerView / 1000:0} kB, that is {Math.Sqrt(bytesPerView):0}x{Math.Sqrt(bytesPerView):0} grey or {Math.Sqrt(bytesPerView / 3):0}x{Math.Sqrt(bytesPerView / 3):0} in colour (with TLS {Math.Sqrt(tls.Ours * 1e6 / TrainerPairsPerSecond / ViewsPerPair / 3):0}x{Math.Sqrt(tls.Ours * 1e6 / TrainerPairsPerSecond / ViewsPerPair / 3):0}); the processors do nothing else meanwhile"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"a message holds at most {WireChecks.MaxMessageBytes >> 20} MiB; {Environment.ProcessorCount} processors for both ends"));
        var reached = large.Share;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{(reached >= 0.8 ? "at least" : "NOT")} 80 % of bare arrays of 1 MB; of those of 28x28 {small.Share:P0}, where headers weigh more"));
        return reached >= 0.8 ? 0 : 1;
    }

    private static async Task<(double Ours, double Share)> CompareAsync(string name, int viewBytes, int pairs, double seconds, string hocon, bool certificates)
    {
        using var chunks = await LoopbackPair.OpenAsync(hocon, certificates).ConfigureAwait(false);

        // In turns, and the better of each: on a machine with other work every measurement is a lower bound.
        var (bare, ours) = (default(Flow), default(Flow));
        for (var round = 0; round < 3; round++)
        {
            bare = Flow.Faster(bare, await chunks.MeasureAsync(new BareLoad(ViewsPerPair * viewBytes * pairs), seconds).ConfigureAwait(false));
            ours = Flow.Faster(ours, await chunks.MeasureAsync(new ChunkLoad(viewBytes, pairs), seconds).ConfigureAwait(false));
        }

        Print($"{name}: byte arrays", bare);
        Print($"{name}: chunks of pairs", ours);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"",-34} {ours.MegabytesPerSecond / bare.MegabytesPerSecond,8:P0}"));
        return (ours.MegabytesPerSecond, ours.MegabytesPerSecond / bare.MegabytesPerSecond);
    }

    private static void Print(string name, Flow flow) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-34} {flow.MegabytesPerSecond,8:0} {flow.ProcessorMsPerMegabyte,10:0.0}"));
}
