using System.Collections.Immutable;
using CsCheck;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Kafka.Source;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Source;

/// <summary>The pure halves of the protocol against a trainer that keeps design.md's rule, over a road that loses and delays.</summary>
public sealed class RewindProtocolTests
{
    private static readonly PartitionId Partition = new("records", 0);

    private enum Step
    {
        Read,
        CloseChunk,
        LoseOldest,
        Deliver,
        AnswerRewind,
        Revoke,
        NewTrainer,
    }

    [Fact]
    public void Protocol_LossesRevocationsAndNewTrainers_TrainsEveryRecordOnceInOrder() =>
        Gen.Frequency(
            (40, Gen.Const(Step.Read)), (10, Gen.Const(Step.CloseChunk)), (2, Gen.Const(Step.LoseOldest)), (10, Gen.Const(Step.Deliver)),
            (6, Gen.Const(Step.AnswerRewind)), (1, Gen.Const(Step.Revoke)), (1, Gen.Const(Step.NewTrainer)))
        .Array[0, 400].Sample(
            steps =>
            {
                var world = new World();
                foreach (var step in steps)
                {
                    world.Do(step);
                }

                world.Finish();
                world.Trained.ShouldBe(Enumerable.Range(0, World.Topic).Select(i => (long)i));
            },
            seed: "0N0XIzNsQ0O2",
            iter: 300);

    private sealed class World
    {
        public const int Topic = 150;
        private readonly PartitionReadings _readings = new(Guid.Empty, new OffsetTable(1, ImmutableDictionary<PartitionId, long>.Empty));
        private readonly Queue<RecordChunk> _road = new();
        private readonly Queue<(long Next, long Epoch, AssignmentEpoch CausedBy)> _answers = new();
        private ChunkBuilder _builder;
        private long _next;
        private long _epoch = 1;

        public World() => _builder = Begin(_readings.Assign(Partition));

        public List<long> Trained { get; } = [];

        public void Do(Step step)
        {
            switch (step)
            {
                case Step.Read when _builder.Next < Topic && !_builder.IsFull:
                    _builder.Add(new SourceRecord(_builder.Next, -1, null, [], []));
                    break;
                case Step.CloseChunk when !_builder.IsEmpty:
                    _road.Enqueue(_builder.Close());
                    break;
                case Step.LoseOldest:
                    _road.TryDequeue(out _);
                    break;
                case Step.Deliver when _road.TryDequeue(out var chunk):
                    Train(chunk);
                    break;
                case Step.AnswerRewind when _answers.TryDequeue(out var answer):
                    if (_readings.Rewind(Partition, answer.Next, answer.Epoch, answer.CausedBy) is { } reading)
                    {
                        _builder = Begin(reading);
                    }

                    break;
                case Step.Revoke:
                    _readings.Release(Partition);
                    _builder = Begin(_readings.Assign(Partition));
                    break;
                case Step.NewTrainer:
                    Restart();
                    break;
            }
        }

        public void Finish()
        {
            // The trainer repeats its word until it is through: a lost last chunk shows in the next one, which a quiet topic may not have.
            for (int rounds = 0; _next < Topic; rounds++)
            {
                rounds.ShouldBeLessThan(1000);
                _answers.Enqueue((_next, _epoch, _readings.Current[Partition].Assignment));
                foreach (var step in new[] { Step.AnswerRewind, Step.Read, Step.Read, Step.CloseChunk, Step.Deliver, Step.Deliver })
                {
                    Do(step);
                }
            }
        }

        private static ChunkBuilder Begin(PartitionReading reading) => new(reading, reading.Start ?? 0);

        private void Train(RecordChunk chunk)
        {
            if (chunk.LineageEpoch == _epoch && chunk.From == _next)
            {
                Trained.AddRange(chunk.Records.Select(record => record.Offset));
                _next = chunk.To;
            }
            else
            {
                _answers.Enqueue((_next, _epoch, chunk.Assignment));
            }
        }

        // Goes back to a checkpoint at two thirds, forgetting what was trained since.
        private void Restart()
        {
            _next = _next * 2 / 3;
            Trained.RemoveAll(offset => offset >= _next);
            _epoch++;
            _answers.Clear();
            foreach (var reading in _readings.Adopt(new OffsetTable(_epoch, ImmutableDictionary<PartitionId, long>.Empty.Add(Partition, _next))))
            {
                _builder = Begin(reading);
            }
        }
    }
}
