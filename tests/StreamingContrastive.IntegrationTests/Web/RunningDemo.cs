using StreamingContrastive.IntegrationTests.Commands;

namespace StreamingContrastive.IntegrationTests.Web;

/// <summary>A demo in a process of its own, with a small encoder so that versions come quickly, and some records that nobody can decode.</summary>
internal sealed class RunningDemo : IAsyncDisposable
{
    private const string Marker = "Dashboard: ";

    private readonly string _state;
    private readonly ProgramProcess _program;
    private readonly Task _draining;

    private RunningDemo(string state, ProgramProcess program, string url)
    {
        (_state, _program, Url) = (state, program, url);
        _draining = DrainAsync();
    }

    /// <summary>Where its dashboard is.</summary>
    public string Url { get; }

    public static async Task<RunningDemo> StartAsync()
    {
        var state = Directory.CreateTempSubdirectory("dashboard-demo-").FullName;
        var program = ProgramProcess.Start(
            "demo", "--fresh", "--passes", "10000", "--png", "--poison", "0.02", "--web", "127.0.0.1:0",
            "--set", $"checkpoint:directory={state}", "--set", "encoder:width=4", "--set", "checkpoint:everyRecords=2000", "--set", "training:threads=1");
        string? line;
        do
        {
            line = await program.ReadLineAsync();
        }
        while (line is not null && !line.StartsWith(Marker, StringComparison.Ordinal));
        return line is not null
            ? new RunningDemo(state, program, line[Marker.Length..])
            : throw new InvalidOperationException($"The demo did not say where its dashboard is: {(await program.EndAsync()).Error}");
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await _draining;
        Directory.Delete(_state, recursive: true);
    }

    // A pipe that nobody reads would stop the demo when it is full.
    private async Task DrainAsync()
    {
        while (await _program.ReadLineAsync() is not null)
        {
        }
    }
}
