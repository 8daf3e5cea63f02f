using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Output;
using StreamingContrastive.Pipeline.Records;
using StreamingContrastive.Pipeline.Telemetry;
using StreamingContrastive.Pipeline.Training;
using static StreamingContrastive.Tests.Pipeline.Delivery.ChunkFactory;

namespace StreamingContrastive.Tests.Pipeline.Training;

public sealed class BatchLettersTests : IDisposable
{
    private readonly List<(PartitionId Partition, RefusedRecord Letter)> _written = [];
    private readonly PipelineMetrics _metrics = new();

    public void Dispose() => _metrics.Dispose();

    [Fact]
    public async Task SendAsync_BatchOfTwoPartitions_LettersEveryRecordWithItsOwnContent()
    {
        await Letters(BadRecordPolicy.DeadLetter).SendAsync([Batch()], CancellationToken.None);

        _written.Select(w => (w.Partition, w.Letter.Record.Offset)).ShouldBe([(P0, 5), (P0, 6), (P1, 9)]);
        _written.ShouldAllBe(w => w.Letter.Rejection.Stage == "train" && w.Letter.Rejection.ErrorType == "NonFinite");
        _written[0].Letter.Record.Value.ShouldBe([5, 5]);
        _written[0].Letter.Rejection.Message.ShouldBe("In the batch of this record the loss is NaN.");
    }

    [Fact]
    public async Task SendAsync_RecordIsGone_LettersItsKeyAndSaysSo()
    {
        await Letters(BadRecordPolicy.DeadLetter, gone: 6).SendAsync([Batch()], CancellationToken.None);

        var letter = _written[1].Letter;
        (letter.Record.Offset, letter.Record.Value).ShouldBe((6, null));
        letter.Record.Key.ShouldBe([6]);
        letter.Rejection.Message.ShouldEndWith("The topic no longer holds the record, so its value is missing here.");
    }

    [Fact]
    public async Task SendAsync_PolicyFail_NamesTheRecordsAndWritesNothing()
    {
        var failure = await Should.ThrowAsync<BadRecordException>(() => Letters(BadRecordPolicy.Fail).SendAsync([Batch()], CancellationToken.None));

        failure.Message.ShouldStartWith("A batch with records[0] offsets 5 to 6 cannot be trained on: the loss is NaN.");
        _written.ShouldBeEmpty();
    }

    private BatchLetters Letters(BadRecordPolicy policy, long? gone = null) => new(
        policy,
        (_, offsets, _) => Task.FromResult<IReadOnlyDictionary<long, SourceRecord>>(
            offsets.Where(o => o != gone).ToDictionary(o => o, o => new SourceRecord(o, 7, [(byte)o], [(byte)o, (byte)o], []))),
        (partition, letters, _) =>
        {
            _written.AddRange(letters.Select(l => (partition, l)));
            return Task.CompletedTask;
        },
        _metrics);

    private static RefusedBatch Batch()
    {
        var (assembler, positions) = (new BatchAssembler(3, RowBytes), new BatchPositions(3));
        assembler.Accept(Full(P0, 5, 7));
        assembler.Accept(Full(P1, 9, 10));
        assembler.TryTake(new TrainingBatch(3, RowBytes), positions).ShouldBeTrue();
        return new RefusedBatch(positions, "the loss is NaN");
    }
}
