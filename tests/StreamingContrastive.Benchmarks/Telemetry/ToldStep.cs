using System.Globalization;
using System.Text;
using StreamingContrastive.Contracts;
using StreamingContrastive.Learning.Guards;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;

namespace StreamingContrastive.Benchmarks.Telemetry;

/// <summary>All that a pipeline tells of one step, in the order in which it does: its records all came with a trace.</summary>
internal sealed class ToldStep
{
    private const int MetricsEverySteps = 20;

    private static readonly PartitionId Partition = new("records", 3);
    private static readonly StepMetrics Measures = new(4.5, 0.3, 0.8, 0.6, 1, 0.1, 0.002, 4096, 10, 0.4, -2, 0.08, 0, 0.1);

    private readonly PipelineTelemetry _telemetry;
    private readonly int _batchSize;
    private readonly PairMeta[] _pairs;
    private readonly PairChunk[] _chunks;
    private readonly BatchPositions _positions;
    private readonly OutputRecord[] _outputs;
    private long _step;

    public ToldStep(PipelineTelemetry telemetry, int batchSize)
    {
        (_telemetry, _batchSize) = (telemetry, batchSize);
        _pairs = [.. Enumerable.Range(0, batchSize).Select(i => new PairMeta(i, i, i, -1, i, [(byte)i], RecordTrace.Parse(Encoding.ASCII.GetBytes(TraceParent(i)), default, default)))];
        _chunks = [.. _pairs.Chunk(RecordChunk.MaxRecords).Select(pairs => new PairChunk(
            new RecordChunk(Partition, pairs[0].Offset, pairs[^1].Offset + 1, 1, default, [], default), pairs, [], [], 0, [], [], []))];
        _positions = new BatchPositions(batchSize);
        _outputs = [.. _pairs.Select((p, i) => new OutputRecord("bench.embeddings", p.Key, p.Key, [new RecordHeader(HeaderNames.TraceParent, Encoding.ASCII.GetBytes(TraceParent(i)))], i))];
    }

    public void Tell()
    {
        foreach (var chunk in _chunks)
        {
            Chunk(chunk);
        }

        // As the assembler fills it: a step writes its records' traces anew.
        _positions.Clear();
        _positions.AddPartition(Partition, 0);
        foreach (ref readonly var pair in _pairs.AsSpan())
        {
            _positions.AddRow(pair, 0);
        }

        _telemetry.Processed(_positions, ++_step, _telemetry.Now(), errorType: null);
        Account();
        var began = _telemetry.Now();
        _telemetry.Metrics.StageEntered(PipelineStage.Publish, _batchSize);
        _telemetry.Metrics.StageLeft(PipelineStage.Publish, _batchSize);
        _telemetry.Sent(_outputs, began, errorType: null);
        _telemetry.Metrics.OutputsPublished(_batchSize);
    }

    private void Chunk(PairChunk chunk)
    {
        _telemetry.Polled(Partition, chunk.RecordCount, _telemetry.Now());
        var began = _telemetry.Now();
        _telemetry.Metrics.StageEntered(PipelineStage.Augment, chunk.RecordCount);
        _telemetry.Augmented(chunk, began);
        _telemetry.Metrics.StageLeft(PipelineStage.Augment, chunk.RecordCount);
        began = _telemetry.Now();
        _telemetry.Metrics.StageEntered(PipelineStage.Credit, chunk.RecordCount);
        _telemetry.Metrics.StageLeft(PipelineStage.Credit, chunk.RecordCount);
        _telemetry.Took(PipelineStage.Credit, began);
        _telemetry.Metrics.StageHolds(PipelineStage.Batch, chunk.RecordCount);
    }

    private void Account()
    {
        _telemetry.Metrics.StepCompleted(_batchSize);
        _telemetry.Metrics.TombstonesPassed(0);
        _telemetry.Metrics.CollapseSeen(EncoderHealth.Healthy);
        _telemetry.Metrics.StageHolds(PipelineStage.Batch, 0);
        _telemetry.Metrics.OutputsMade(_batchSize);
        if (_step % MetricsEverySteps == 0)
        {
            _telemetry.Metrics.Measured(Measures);
        }
    }

    private static string TraceParent(int i) => string.Create(CultureInfo.InvariantCulture, $"00-{0xabc00000 + i:x32}-{0xdef00000 + i:x16}-01");
}
