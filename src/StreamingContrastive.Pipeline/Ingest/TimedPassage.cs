using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Pipeline.Ingest;

/// <summary>What a chunk of pairs waits for on its way to the trainer, and for how long: its dead letters, then credit.</summary>
internal sealed class TimedPassage(DeadLetterStage letters, CreditGate gate, StageTimes stages, TimeProvider clock)
{
    /// <summary>False when the chunk belongs to an epoch that is over.</summary>
    public async Task<bool> PassAsync(PairsConstructed constructed)
    {
        var started = clock.GetTimestamp();
        await letters.PassAsync(constructed).ConfigureAwait(false);
        var lettered = clock.GetTimestamp();
        stages.Add(PipelineStage.DeadLetters, clock.GetElapsedTime(started, lettered));
        var chunk = constructed.Chunk;
        var passed = await gate.WaitAsync(chunk.LineageEpoch, chunk.RecordCount, CancellationToken.None).ConfigureAwait(false);
        stages.Add(PipelineStage.Credit, clock.GetElapsedTime(lettered));
        return passed;
    }
}
