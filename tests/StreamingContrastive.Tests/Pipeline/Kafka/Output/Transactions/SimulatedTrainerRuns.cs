using System.Globalization;
using System.Text;
using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using StreamingContrastive.Contracts;
using StreamingContrastive.Pipeline.Checkpoints;
using StreamingContrastive.Pipeline.Kafka.Output.Transactions;
using StreamingContrastive.Pipeline.Kafka.Topics;
using StreamingContrastive.Pipeline.Publishing;
using StreamingContrastive.Pipeline.Records;

namespace StreamingContrastive.Tests.Pipeline.Kafka.Output.Transactions;

/// <summary>What keeps outputs exactly once; a test takes one away.</summary>
/// <param name="OutboxRule">Outputs appear only after the checkpoint that contains them is durable.</param>
/// <param name="AnnouncementCheck">A start reads the announcements before it sends an outbox again.</param>
/// <param name="Fencing">Every start uses the same transactional.id.</param>
/// <param name="ReadCommitted">Consumers read with isolation.level = read_committed.</param>
internal sealed record Mechanisms(bool OutboxRule = true, bool AnnouncementCheck = true, bool Fencing = true, bool ReadCommitted = true);

/// <summary>What happens, call by call and checkpoint by checkpoint; after that nothing does any more, so that a run ends.</summary>
/// <param name="Faults">Of each call of a client, over all starts.</param>
/// <param name="Sizes">Records of each checkpoint.</param>
internal sealed record FaultPlan(IReadOnlyList<CallFault> Faults, IReadOnlyList<int> Sizes)
{
    private static readonly Gen<CallFault> Fault = Gen.Frequency((2, Gen.Const(CallFault.None)), (1, Gen.Enum<CallFault>()));

    public static Gen<FaultPlan> Any { get; } = Gen.Select(Fault.Array[0, 80], Gen.Int[1, 11].Array[0, 20], (faults, sizes) => new FaultPlan(faults, sizes));

    public override string ToString() => $"faults [{string.Join(", ", Faults)}], sizes [{string.Join(", ", Sizes)}]";
}

/// <summary>
/// Starts of a trainer one after the other over one disk and one <see cref="TransactionalLog"/>, until one comes through. The client's
/// calls, the publishing and the lookup are the real code; training is counting, the disk is a list.
/// </summary>
internal sealed class SimulatedTrainerRuns(TransactionalLog log, FaultPlan plan, Mechanisms mechanisms)
{
    public const int Records = 40;
    private const int Keys = 5;
    private const string Embeddings = "p.embeddings";
    private const string Models = "p.models";

    private static readonly TransactionLimits _limits = new(TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), 3, new Backoff(TimeSpan.FromTicks(1), TimeSpan.FromTicks(1)));

    private readonly List<DurableCheckpoint> _disk = [];
    private readonly List<(Task Run, ModelledClient Client)> _stopped = [];
    private int _newestEpoch;
    private int _calls;
    private int _checkpoints;

    /// <summary>Calls of clients, over all starts.</summary>
    public int Calls => _calls;

    /// <summary>Runs starts under the plan's faults until one has trained and published everything.</summary>
    public async Task RunAsync()
    {
        while (true)
        {
            int epoch = _newestEpoch + 1;
            var client = new ModelledClient(log, mechanisms.Fencing ? "p.outputs" : $"p.outputs.{epoch}", _ => NextFault());
            var run = Task.Run(() => StartAsync(client));
            await Task.WhenAny(run, client.Stopped);
            if (!run.IsCompleted)
            {
                _stopped.Add((run, client));
                continue;
            }

            bool done = await EndedAsync(run);
            await WakeAsync();
            if (done)
            {
                return;
            }
        }
    }

    /// <summary>What is wrong with the topic as a read_committed consumer sees it; null when nothing is.</summary>
    public string? Violation()
    {
        var seen = (mechanisms.ReadCommitted ? log.ReadCommitted(Embeddings) : log.ReadUncommitted(Embeddings)).Select(m => (Key: m.Key![0], Text: Encoding.UTF8.GetString(m.Value!))).ToList();
        var expected = _disk.SelectMany(c => c.Outbox).Select(r => Encoding.UTF8.GetString(r.Value!)).ToList();
        if (seen.Select(s => s.Text).GroupBy(t => t).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            return $"{twice.Key} appears {twice.Count()} times";
        }

        if (expected.Except(seen.Select(s => s.Text)).FirstOrDefault() is { } missing)
        {
            return $"{missing} is missing";
        }

        if (seen.Select(s => s.Text).Except(expected).FirstOrDefault() is { } foreign)
        {
            return $"{foreign} is of no surviving checkpoint";
        }

        return seen.GroupBy(s => s.Key).FirstOrDefault(g => !g.Select(s => Number(s.Text)).SequenceEqual(g.Select(s => Number(s.Text)).Order())) is { } disordered
            ? $"key {disordered.Key} is out of order"
            : null;
    }

    private async Task<bool> StartAsync(ModelledClient client)
    {
        var output = new TransactionalOutput(client, _limits, NullLogger.Instance, TimeProvider.System);
        await output.InitAsync(CancellationToken.None);
        int epoch = Interlocked.Increment(ref _newestEpoch);
        var loaded = _disk.LastOrDefault();
        if (loaded is { Announced: false })
        {
            bool known = mechanisms.AnnouncementCheck && AnnouncementLookup.Contains(log.ReadCommitted(Models), loaded.Manifest);
            if (!known)
            {
                await PublishAsync(output, loaded);
            }

            loaded.Announced = true;
        }

        for (int next = loaded?.Next ?? 0; next < Records;)
        {
            int upTo = Math.Min(Records, next + NextSize());
            var checkpoint = new DurableCheckpoint(epoch, next, upTo);
            if (mechanisms.OutboxRule)
            {
                Commit(epoch, checkpoint);
                await PublishAsync(output, checkpoint);
            }
            else
            {
                await PublishAsync(output, checkpoint);
                Commit(epoch, checkpoint);
            }

            checkpoint.Announced = true;
            next = upTo;
        }

        return true;
    }

    // The store refuses a trainer whose epoch is not the newest.
    private void Commit(int epoch, DurableCheckpoint checkpoint)
    {
        if (epoch != Volatile.Read(ref _newestEpoch))
        {
            throw new CrashException();
        }

        _disk.Add(checkpoint);
    }

    private static Task PublishAsync(TransactionalOutput output, DurableCheckpoint checkpoint) =>
        output.PublishAsync([.. checkpoint.Outbox, checkpoint.Announcement], CancellationToken.None);

    private async Task WakeAsync()
    {
        foreach (var (run, client) in _stopped)
        {
            client.Wake();
            await EndedAsync(run);
        }

        _stopped.Clear();
    }

    private static async Task<bool> EndedAsync(Task<bool> run)
    {
        try
        {
            return await run;
        }
        catch (Exception e) when (e is TransactionException or CrashException)
        {
            return false; // The process ends; its supervisor starts the next.
        }
    }

    private static Task<bool> EndedAsync(Task run) => EndedAsync((Task<bool>)run);

    private CallFault NextFault() => Interlocked.Increment(ref _calls) is var call && call <= plan.Faults.Count ? plan.Faults[call - 1] : CallFault.None;

    private int NextSize() => Interlocked.Increment(ref _checkpoints) is var number && number <= plan.Sizes.Count ? plan.Sizes[number - 1] : 7;

    private static int Number(string text) => int.Parse(text.Split(' ')[0], CultureInfo.InvariantCulture);

    /// <summary>A checkpoint as the disk keeps it.</summary>
    private sealed class DurableCheckpoint
    {
        public DurableCheckpoint(int epoch, int from, int next)
        {
            Next = next;
            Manifest = ManifestSamples.Of(epoch, next);
            Outbox = [.. Enumerable.Range(from, next - from).Select(i => new OutputRecord(
                Embeddings, [(byte)(i % Keys)], Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{i} by epoch {epoch}")), [], -1))];
            Announcement = new OutputEncoder("p", StreamingContrastive.Pipeline.Configuration.EmbeddingFormat.Protobuf, "space", atomic: true).Announcement(Manifest, dimension: 4);
        }

        public int Next { get; }

        public CheckpointManifest Manifest { get; }

        public IReadOnlyList<OutputRecord> Outbox { get; }

        public OutputRecord Announcement { get; }

        public bool Announced { get; set; }
    }
}
