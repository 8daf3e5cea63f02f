using CsCheck;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Tests.Pipeline.Training;

/// <summary>Both ends of the credits, and the road between them.</summary>
public sealed class CreditWindowTests
{
    private const long Epoch = 3;
    private const int Window = 100;
    private const int Chunk = 64;
    private static readonly Guid First = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid Second = new("00000000-0000-0000-0000-00000000000b");

    private readonly CreditWindow _window = new(Window);
    private readonly CreditAccount _account = new(First, Epoch);

    public CreditWindowTests() => _window.Open(_account);

    [Fact]
    public void Divide_RecordsWaitAndGo_KeepsAWindow()
    {
        Granted(0).ShouldBe(Window);

        Heard(64);

        Granted(64).ShouldBe(Window);
        Granted(0).ShouldBe(64 + Window);
    }

    /// <summary>What waits beyond the window is granted nothing, and what was granted is not taken back.</summary>
    [Fact]
    public void Divide_WindowIsFull_GrantsNothing()
    {
        Granted(Window + 50).ShouldBe(0);
        Granted(0).ShouldBe(Window);
        Granted(Window).ShouldBe(Window);
    }

    /// <summary>Few pairs among many tombstones fill the window without ever making a batch. Seen red without the floor.</summary>
    [Fact]
    public void Divide_WindowIsFullWithoutABatch_LetsAChunkThrough()
    {
        Granted(Window, starving: false).ShouldBe(0);
        Granted(Window, starving: true).ShouldBe(Chunk);
        Granted(0, starving: true).ShouldBe(Window);
    }

    /// <summary>An account that adds up what it releases never gets these 64 back. Seen red with Heard taken out.</summary>
    [Fact]
    public void Divide_ChunkWasLost_ItsCreditComesBackWithTheNextWord()
    {
        Heard(64); // Of a later message: the chunk itself never came.

        Granted(0).ShouldBe(64 + Window);
    }

    [Fact]
    public void Heard_DoubledOrOvertaken_GrantsNothing()
    {
        Heard(128);
        Heard(128);
        Heard(64);

        Granted(0).ShouldBe(128 + Window);
    }

    [Fact]
    public void Heard_CountOfAnotherEpochOrIngest_IsPassedOver()
    {
        _account.Heard(new SentRecords(First, Epoch - 1, 5000));
        _account.Heard(new SentRecords(First, Epoch + 1, 5000));
        _account.Heard(new SentRecords(Second, Epoch, 5000));

        Granted(0).ShouldBe(Window);
    }

    /// <summary>Seen red with every account given the whole window.</summary>
    [Fact]
    public void Divide_FourIngests_ShareTheWindowAndNoMore()
    {
        var window = new CreditWindow(1000);
        CreditAccount[] accounts = [.. Enumerable.Range(0, 4).Select(_ => Open(window))];

        window.Divide(0, starving: false);

        accounts.Select(a => a.Granted).ShouldBe([250, 250, 250, 250]);
    }

    /// <summary>The first held all of it when the second came: nothing is taken back, and the second gets its share as the first one's is used up.</summary>
    [Fact]
    public void Divide_ASecondIngestComes_GetsItsShareAsRoomIsMade()
    {
        var window = new CreditWindow(1000);
        var (first, second) = (Open(window), new CreditAccount(Second, Epoch));
        window.Divide(0, starving: false);
        window.Open(second);

        window.Divide(0, starving: false);
        (first.Outstanding, second.Outstanding).ShouldBe((1000, 0));
        Hear(first, 600); // And they were trained.
        window.Divide(0, starving: false);

        (first.Outstanding, second.Outstanding).ShouldBe((500, 500));
    }

    /// <summary>Seen red with Close left out.</summary>
    [Fact]
    public void Close_IngestIsGone_TheOtherGetsItsShare()
    {
        var window = new CreditWindow(1000);
        var (first, second) = (Open(window), Open(window));
        window.Divide(0, starving: false);

        window.Close(second);
        window.Divide(0, starving: false);

        first.Outstanding.ShouldBe(1000);
    }

    /// <summary>A window that is smaller than a chunk for each: nobody holds a credit that no chunk fits in, and all get their turn.</summary>
    [Fact]
    public void Divide_ManyIngestsAndLittleRoom_GrantsWholeChunksInTurn()
    {
        var window = new CreditWindow(200);
        CreditAccount[] accounts = [.. Enumerable.Range(0, 12).Select(_ => Open(window))];

        for (var round = 0; round < 12; round++)
        {
            window.Divide(0, starving: false);
            accounts.Sum(a => a.Outstanding).ShouldBeLessThanOrEqualTo(200);
            foreach (var account in accounts)
            {
                account.Outstanding.ShouldBeOneOf(0, Chunk);
                Hear(account, account.Granted);
            }
        }

        accounts.ShouldAllBe(a => a.Granted >= 2 * Chunk);
    }

    [Fact]
    public void Divide_ManyIngestsStarve_EveryoneIsLetAChunkThrough()
    {
        var window = new CreditWindow(200);
        CreditAccount[] accounts = [.. Enumerable.Range(0, 12).Select(_ => Open(window))];

        window.Divide(200, starving: true);

        accounts.ShouldAllBe(a => a.Outstanding == Chunk);
    }

    /// <summary>
    /// Chunks and grants are lost, doubled and overtaken at random: never does more than two windows wait at the trainer (a count that
    /// overtakes its own chunk grants that chunk's room once), and when the road is whole again everything that is left gets through.
    /// </summary>
    [Fact]
    public void Credits_LossDuplicationAndOvertaking_StayBoundedAndNeverRunDry() =>
        Gen.Select(Gen.Int[0, 8], Gen.Int[0, 50]).Array[0, 400].Sample(
            script =>
            {
                var road = new Road();
                foreach (var (action, which) in script)
                {
                    road.Act(action, which);
                    road.Waiting.ShouldBeLessThanOrEqualTo(2 * Window);
                }

                for (var round = 0; round < 20; round++)
                {
                    road.Quiet();
                }

                road.Through.ShouldBeGreaterThanOrEqualTo(10 * Window);
            },
            seed: "000000000003",
            iter: 500);

    private void Heard(long total) => Hear(_account, total);

    private long Granted(int waiting, bool starving = false)
    {
        _window.Divide(waiting, starving);
        return _account.Granted;
    }

    private static void Hear(CreditAccount account, long total) => account.Heard(new SentRecords(account.Ingest, Epoch, total));

    private static CreditAccount Open(CreditWindow window)
    {
        var account = new CreditAccount(Guid.NewGuid(), Epoch);
        window.Open(account);
        return account;
    }

    private sealed class Road
    {
        private readonly CreditGate _gate = new(Epoch);
        private readonly CreditWindow _window = new(Window);
        private readonly CreditAccount _account;
        private readonly List<(int Records, long Sent)> _toTrainer = [];
        private readonly List<long> _toIngest = [];

        public Road() => _account = Open(_window);

        public int Waiting { get; private set; }

        public long Through { get; private set; }

        public void Act(int action, int which)
        {
            switch (action)
            {
                case 0 or 1: Send(); break;
                case 2: Tell(); break;
                case 3: Take(_toTrainer, which, Arrive); break;
                case 4: Take(_toTrainer, which, _ => { }); break;
                case 5 when _toTrainer.Count > 0: _toTrainer.Add((0, _toTrainer[which % _toTrainer.Count].Sent)); break; // Doubled: the ledger refuses its records.
                case 6: Take(_toIngest, which, total => _gate.Grant(Epoch, total)); break;
                case 7: Take(_toIngest, which, _ => { }); break;
                case 8: Step(); break;
            }
        }

        /// <summary>A tick of both sides, and everything arrives.</summary>
        public void Quiet()
        {
            Send();
            Tell();
            while (_toTrainer.Count > 0)
            {
                Take(_toTrainer, 0, Arrive);
            }

            Step();
            while (_toIngest.Count > 0)
            {
                Take(_toIngest, 0, total => _gate.Grant(Epoch, total));
            }
        }

        private void Send()
        {
            if (_gate.Available >= Chunk)
            {
                _gate.WaitAsync(Epoch, Chunk, CancellationToken.None).AsTask().IsCompletedSuccessfully.ShouldBeTrue();
                _toTrainer.Add((Chunk, _gate.Passed.Records));
            }
        }

        private void Tell() => _toTrainer.Add((0, _gate.Passed.Records));

        private void Arrive((int Records, long Sent) message)
        {
            Waiting += message.Records;
            Hear(_account, message.Sent);
            Grant();
        }

        private void Step()
        {
            Through += Waiting;
            Waiting = 0;
            Grant();
        }

        private void Grant()
        {
            _window.Divide(Waiting, starving: false);
            _toIngest.Add(_account.Granted);
        }

        private static void Take<T>(List<T> from, int which, Action<T> to)
        {
            if (from.Count > 0)
            {
                var item = from[which % from.Count];
                from.RemoveAt(which % from.Count);
                to(item);
            }
        }
    }
}
