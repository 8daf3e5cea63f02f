using System.Diagnostics;
using System.Text;

namespace StreamingContrastive.IntegrationTests.Commands;

/// <summary>The built executable as a process of its own. Killed when the test ends, whatever the outcome.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // Jobs that a script starts in the background ignore Ctrl-C's signal, and so does what they start, the program included (as it should).
    // GNU's env gives it back its meaning, so that the tests of it mean the same wherever they run.
    private static readonly string[] Launcher = CanResetSignals() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];

    private readonly Process _process;
    private readonly Task<string> _error;

    private ProgramProcess(Process process)
    {
        _process = process;
        _error = process.StandardError.ReadToEndAsync();
    }

    public static ProgramProcess Start(params string[] arguments) => Start(new Dictionary<string, string>(), arguments);

    /// <summary>Starts it with variables beside those of this process.</summary>
    public static ProgramProcess Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Launcher[0])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        foreach (var argument in (string[])[.. Launcher[1..], Path.Combine(AppContext.BaseDirectory, "streaming-contrastive.dll"), .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        return new ProgramProcess(Process.Start(start)!);
    }

    /// <summary>Runs to the end.</summary>
    public static Task<ProgramResult> RunAsync(params string[] arguments) => RunAsync(new Dictionary<string, string>(), arguments);

    /// <summary>Runs to the end, with variables beside those of this process.</summary>
    public static async Task<ProgramResult> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        await using var program = Start(environment, arguments);
        return await program.EndAsync();
    }

    /// <summary>The next line of standard output; null at its end.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience);

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>What Ctrl-C sends.</summary>
    public Task InterruptAsync() => SignalAsync("INT");

    /// <summary>Sends a signal by its name without SIG.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for the end; the rest of the output.</summary>
    public async Task<ProgramResult> EndAsync()
    {
        var output = await _process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Patience);
        return new ProgramResult(_process.ExitCode, output, await _error);
    }

    private static bool CanResetSignals()
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        using var env = Process.Start(new ProcessStartInfo("env", ["--default-signal=INT", "true"]) { RedirectStandardError = true })!;
        env.WaitForExit();
        return env.ExitCode == 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}

/// <summary>How a process ended.</summary>
internal sealed record ProgramResult(int ExitCode, string Output, string Error);
