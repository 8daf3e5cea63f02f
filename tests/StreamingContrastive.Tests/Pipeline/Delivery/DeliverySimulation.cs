using StreamingContrastive.Pipeline.Delivery;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

/// <summary>
/// Two sources, a trainer (and the zombie that it replaced) and two message queues that lose, double and reorder. Every
/// action is one number, so a failing run shrinks to a short list of them.
/// </summary>
internal sealed class DeliverySimulation
{
    private const int BatchSize = 5;
    private readonly SimulatedLog _log;
    private readonly SimulatedSource[] _sources;
    private readonly Dictionary<PartitionId, int> _owner;
    private readonly List<SourceMessage> _toTrainer = [];
    private readonly List<object> _toSources = [];
    private readonly List<SimulatedCheckpoint> _checkpoints = [SimulatedCheckpoint.Nothing];
    private SimulatedTrainer _trainer;
    private SimulatedTrainer? _zombie;

    public DeliverySimulation(int seed, int partitions)
    {
        _log = new(partitions, 40, new Random(seed));
        _sources = [new(1, _log), new(2, _log)];
        _owner = _log.Partitions.ToDictionary(p => p, p => p.Partition % _sources.Length);
        _trainer = new(1, _checkpoints[^1], _log, BatchSize);
        foreach (var partition in _log.Partitions)
        {
            _sources[_owner[partition]].Assign(partition);
        }
    }

    /// <summary>One action; <paramref name="a"/> and <paramref name="b"/> choose partition, message and size.</summary>
    public void Act(int action, int a, int b)
    {
        var partition = _log.Partitions[a % _log.Partitions.Count];
        switch (action)
        {
            case <= 4: _toTrainer.Add(_sources[_owner[partition]].Next(partition, 1 + (b % 6))); break;
            case <= 8: Deliver(_toTrainer, 0, m => OnChunk(_trainer, m)); break;
            case 9: Deliver(_toTrainer, a, m => OnChunk(_trainer, m)); break;
            case 10: Deliver(_toTrainer, a, m => OnChunk(_zombie ?? _trainer, m)); break;
            case 11: Deliver(_toTrainer, a, _ => { }); break;
            case 12: Duplicate(_toTrainer, a); break;
            case 13: Deliver(_toSources, a, OnSourceMessage); break;
            case 14: Deliver(_toSources, a, _ => { }); break;
            case 15: Duplicate(_toSources, a); break;
            case 16: Tick(_trainer); break;
            case 17: Train(); break;
            case 18: _checkpoints.Add(_trainer.Checkpoint()); break;
            case 19: Move(partition); break;
            case 20: Restart(_checkpoints.Count - 1); break;
            case 21: Restart(b % _checkpoints.Count); break;
            case 22: _log.DeleteBefore(partition, _log.Low(partition) + (b % 4)); break;
            default: Tick(_zombie ?? _trainer); break;
        }
    }

    /// <summary>Messages are lost no more: everything that is left must arrive within a few rounds.</summary>
    public void Settle()
    {
        for (var round = 0; round < 6; round++)
        {
            foreach (var (partition, owner) in _owner)
            {
                do
                {
                    _toTrainer.Add(_sources[owner].Next(partition, 7));
                }
                while (!_sources[owner].AtEnd(partition));
            }

            DeliverAll(_toTrainer, m => OnChunk(_trainer, m));
            Train();
            Tick(_trainer);
            DeliverAll(_toSources, OnSourceMessage);
        }

        while (_trainer.StepRemainder() || _trainer.PassEmpty())
        {
            _trainer.ShouldBeConsistent();
        }

        foreach (var partition in _log.Partitions)
        {
            _trainer.Ledger.Trained(partition).ShouldBe(_log.End(partition));
        }

        _trainer.Ledger.OutstandingRewinds().Where(r => _owner[r.Partition] == BitConverter.ToInt32(r.CausedBy.Source.ToByteArray()) - 1).ShouldBeEmpty();
        _trainer.ShouldBeConsistent();
    }

    private void OnChunk(SimulatedTrainer trainer, SourceMessage message)
    {
        if (!trainer.Stopped && trainer.On(message) is { } rewind)
        {
            _toSources.Add(rewind);
        }
    }

    private void OnSourceMessage(object message)
    {
        foreach (var source in _sources)
        {
            if (message is OfferVerdict.Rewind rewind)
            {
                source.On(rewind);
            }
            else
            {
                source.On((TableMessage)message);
            }
        }
    }

    private void Train()
    {
        while (_trainer.Step() || _trainer.PassEmpty())
        {
            _trainer.ShouldBeConsistent();
        }
    }

    private void Tick(SimulatedTrainer trainer)
    {
        _toSources.Add(trainer.Table());
        _toSources.AddRange(trainer.Ledger.OutstandingRewinds());
    }

    private void Move(PartitionId partition)
    {
        _sources[_owner[partition]].Revoke(partition);
        _owner[partition] = 1 - _owner[partition];
        _sources[_owner[partition]].Assign(partition);
    }

    /// <summary>A new epoch; from an older checkpoint where the newer ones are damaged or were never seen by the node that takes over.</summary>
    private void Restart(int checkpoint)
    {
        _zombie = _trainer;
        _checkpoints.RemoveRange(checkpoint + 1, _checkpoints.Count - checkpoint - 1);
        _trainer = new(_trainer.Ledger.LineageEpoch + 1, _checkpoints[^1], _log, BatchSize);
        _trainer.ShouldBeConsistent();
    }

    private static void Deliver<T>(List<T> queue, int index, Action<T> to)
    {
        if (queue.Count > 0)
        {
            var message = queue[index % queue.Count];
            queue.RemoveAt(index % queue.Count);
            to(message);
        }
    }

    private static void DeliverAll<T>(List<T> queue, Action<T> to)
    {
        while (queue.Count > 0)
        {
            Deliver(queue, 0, to);
        }
    }

    private static void Duplicate<T>(List<T> queue, int index)
    {
        if (queue.Count > 0)
        {
            queue.Add(queue[index % queue.Count]);
        }
    }
}
