using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace StreamingContrastive.IntegrationTests.Cluster;

/// <summary>A line that a node said, and when it was read, in ticks of Stopwatch.</summary>
internal readonly record struct Said(long At, string Line);

/// <summary>A node of a cluster as a process of its own, and what it says. Killed when the test ends.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly ConcurrentQueue<Said> _said = new();
    private readonly Task _reading;

    private NodeProcess(string name, Process process)
    {
        (Name, _process) = (name, process);
        _reading = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    /// <summary>What the test calls it.</summary>
    public string Name { get; }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>All that it has said so far.</summary>
    public IReadOnlyCollection<Said> Lines => _said;

    /// <param name="name">What the test calls it.</param>
    /// <param name="space">Network namespace that it runs in; null for this one.</param>
    /// <param name="arguments">Arguments of the program.</param>
    public static NodeProcess Start(string name, string? space, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(space is null ? "dotnet" : "ip")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };
        string[] entry = space is null ? [] : ["netns", "exec", space, "dotnet"];
        foreach (var argument in (string[])[.. entry, Path.Combine(AppContext.BaseDirectory, "streaming-contrastive.dll"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return new NodeProcess(name, Process.Start(start)!);
    }

    /// <summary>The first line with a text that was said after a time; null when there is none yet.</summary>
    public Said? Find(string text, long after = 0) =>
        _said.Where(s => s.At >= after && s.Line.Contains(text, StringComparison.Ordinal)).Select(s => (Said?)s).FirstOrDefault();

    /// <summary>Waits for a line.</summary>
    public async Task<Said> SaysAsync(string text, long after = 0)
    {
        Said? found = null;
        await UntilAsync(() => (found = Find(text, after)) is not null, $"saying \"{text}\"");
        return found!.Value;
    }

    /// <summary>Waits for a condition while the node lives.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            HasExited.ShouldBeFalse($"{Name} ended by itself before {what}:\n{Tail()}");
            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience, $"{Name}: {what}\n{Tail()}");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Sends a signal by its name without SIG.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>kill -9; when.</summary>
    public async Task<long> KillAsync()
    {
        var at = Stopwatch.GetTimestamp();
        await SignalAsync("KILL");
        await EndAsync();
        return at;
    }

    /// <summary>Asks it to leave; its exit code.</summary>
    public async Task<int> LeaveAsync()
    {
        await SignalAsync("TERM");
        return await EndAsync();
    }

    /// <summary>Waits for its end; its exit code.</summary>
    public async Task<int> EndAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        await _reading;
        return _process.ExitCode;
    }

    /// <summary>Resident memory in MiB.</summary>
    public double ResidentMiB() => double.Parse(
        File.ReadLines($"/proc/{Id}/status").Single(l => l.StartsWith("VmRSS:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2],
        CultureInfo.InvariantCulture) / 1024;

    /// <summary>The last things that it said.</summary>
    public string Tail() => string.Join('\n', _said.TakeLast(25).Select(s => $"  {s.Line}"));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private async Task ReadAsync(StreamReader from)
    {
        while (await from.ReadLineAsync(CancellationToken.None) is { } line)
        {
            _said.Enqueue(new Said(Stopwatch.GetTimestamp(), line));
        }
    }
}
