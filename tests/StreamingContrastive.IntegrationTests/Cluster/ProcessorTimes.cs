using System.Diagnostics;
using System.Globalization;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>What a thread has had of the processors since it began, by /proc/PID/task/TID/schedstat.</summary>
/// <param name="Name">Its name, at most 15 characters.</param>
/// <param name="Ran">Time on a processor.</param>
/// <param name="Queued">Time that it could have run and waited for a processor.</param>
internal readonly record struct ThreadTimes(string Name, TimeSpan Ran, TimeSpan Queued);

/// <summary>What a process and its threads have had of the processors, at a moment.</summary>
internal sealed class ProcessorTimes
{
    private const string Trainer = "trainer-dispatc";

    private readonly Dictionary<string, ThreadTimes> _threads;
    private readonly TimeSpan _process;
    private readonly long _at = Stopwatch.GetTimestamp();

    /// <param name="id">The process.</param>
    public ProcessorTimes(int id)
    {
        using var process = Process.GetProcessById(id);
        (_process, _threads) = (process.TotalProcessorTime, Directory.GetDirectories($"/proc/{id}/task").Select(Read).OfType<(string Id, ThreadTimes Times)>().ToDictionary(t => t.Id, t => t.Times));
    }

    /// <summary>Processor time of the process since an earlier look.</summary>
    public TimeSpan Since(ProcessorTimes earlier) => _process - earlier._process;

    /// <summary>Processor time since an earlier look by thread name, the most first; threads that have ended are missing.</summary>
    public IReadOnlyList<(string Name, TimeSpan Ran)> ByNameSince(ProcessorTimes earlier) =>
    [
        .. _threads.GroupBy(t => t.Value.Name, t => t.Value.Ran - earlier._threads.GetValueOrDefault(t.Key).Ran)
            .Select(g => (g.Key, g.Aggregate(TimeSpan.Zero, (sum, ran) => sum + ran))).OrderByDescending(n => n.Item2),
    ];

    /// <summary>Processor time of the trainer's thread since an earlier look.</summary>
    public TimeSpan TrainerSince(ProcessorTimes earlier) => Single(Trainer).Ran - earlier.Single(Trainer).Ran;

    /// <summary>
    /// Shares of the time since an earlier look in which the trainer's thread had nothing to do, so that it neither ran nor could have run, and
    /// in which it could have run and others had the processors.
    /// </summary>
    public (double Idle, double Queued) TrainerSharesSince(ProcessorTimes earlier)
    {
        var (now, then, elapsed) = (Single(Trainer), earlier.Single(Trainer), Stopwatch.GetElapsedTime(earlier._at, _at));
        var (ran, queued) = ((now.Ran - then.Ran) / elapsed, (now.Queued - then.Queued) / elapsed);
        return (1 - ran - queued, queued);
    }

    private ThreadTimes Single(string name) => _threads.Values.Single(t => t.Name == name);

    private static (string Id, ThreadTimes Times)? Read(string folder)
    {
        try
        {
            var name = File.ReadAllText(Path.Combine(folder, "comm")).TrimEnd();
            var times = File.ReadAllText(Path.Combine(folder, "schedstat")).Split(' ');
            return (folder, new ThreadTimes(name, Nanoseconds(times[0]), Nanoseconds(times[1])));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // It has ended meanwhile.
        }
    }

    private static TimeSpan Nanoseconds(string text) => TimeSpan.FromMicroseconds(long.Parse(text, CultureInfo.InvariantCulture) / 1000d);
}
