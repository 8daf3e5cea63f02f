using System.Diagnostics;
using StreamingContrastive.IntegrationTests.Commands;

namespace StreamingContrastive.IntegrationTests.Chaos;

/// <summary>A trainer process of a pipeline, and what of it is seen from outside.</summary>
internal sealed class ChaosTrainer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private readonly ChaosPipeline _pipeline;
    private readonly long _auditLength;

    private ChaosTrainer(ChaosPipeline pipeline, string[] more)
    {
        (_pipeline, _auditLength) = (pipeline, Length(pipeline));
        Started = Stopwatch.GetTimestamp();
        Program = pipeline.StartTrainer(more);
    }

    /// <summary>The process.</summary>
    public ProgramProcess Program { get; }

    /// <summary>When it was started.</summary>
    public long Started { get; }

    /// <summary>Whether it has done a step, by the audit file (as long as no other trainer writes there).</summary>
    public bool HasStepped => Audited("range ");

    /// <summary>Whether it has begun its epoch and loaded its checkpoint.</summary>
    public bool HasBegun => Audited("begin ");

    public static ChaosTrainer Start(ChaosPipeline pipeline, params string[] more) => new(pipeline, more);

    /// <summary>Waits for a condition while the process lives.</summary>
    public async Task UntilAsync(Func<bool> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Program.HasExited)
            {
                var end = await Program.EndAsync();
                throw new InvalidOperationException($"The trainer ended by itself with exit code {end.ExitCode} before {what}: {end.Error}");
            }

            Stopwatch.GetElapsedTime(began).ShouldBeLessThan(Patience, $"{what}; {_pipeline.Produced} produced, {_pipeline.Outputs.DurableRecords} durable");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>kill -9.</summary>
    public async Task<ProgramResult> KillAsync()
    {
        await Program.SignalAsync("KILL");
        return await Program.EndAsync();
    }

    /// <summary>SIGTERM, as a host sends it: a shell that starts jobs in the background makes them ignore Ctrl-C's signal.</summary>
    public Task DrainAsync() => Program.SignalAsync("TERM");

    /// <summary>Runs until all that was produced (or so many) is durable and published, then drains and leaves.</summary>
    public async Task FinishAsync(long? records = null)
    {
        await UntilAsync(() => _pipeline.Outputs.DurableRecords >= (records ?? _pipeline.Produced), "the last record being durable");
        await DrainAsync();
        var end = await Program.EndAsync();
        end.ExitCode.ShouldBe(0, end.Error);
    }

    public ValueTask DisposeAsync() => Program.DisposeAsync();

    private static long Length(ChaosPipeline pipeline) => File.Exists(pipeline.AuditFile) ? new FileInfo(pipeline.AuditFile).Length : 0;

    private bool Audited(string word)
    {
        if (Length(_pipeline) <= _auditLength)
        {
            return false;
        }

        using var stream = new FileStream(_pipeline.AuditFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        stream.Position = _auditLength;
        return new StreamReader(stream).ReadToEnd().Contains(word, StringComparison.Ordinal);
    }
}
