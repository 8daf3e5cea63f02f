using CsCheck;
using StreamingContrastive.Pipeline.Ingest;
using StreamingContrastive.Pipeline.Training;

namespace StreamingContrastive.Tests.Pipeline.Training;

/// <summary>Both ends of the credits, and the road between them.</summary>
public sealed class CreditAccountTests
{
    private const long Epoch = 3;
    private const int Window = 100;
    private static readonly Guid First = new("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid Second = new("00000000-0000-0000-0000-00000000000b");

    [Fact]
    public void Granted_RecordsWaitAndGo_KeepsAWindow()
    {
        var account = Account();
        account.Granted(0, starving: false).ShouldBe(Window);

        account.Heard(new SentRecords(First, Epoch, 64));

        account.Granted(64, starving: false).ShouldBe(Window);
        account.Granted(0, starving: false).ShouldBe(64 + Window);
        account.Granted(Window + 50, starving: false).ShouldBe(64);
    }

    /// <summary>Few pairs among many tombstones fill the window without ever making a batch. Seen red without the floor.</summary>
    [Fact]
    public void Granted_WindowIsFullWithoutABatch_LetsAChunkThrough()
    {
        var account = Account();

        account.Granted(Window, starving: true).ShouldBe(64);
        account.Granted(Window, starving: false).ShouldBe(0);
        account.Granted(0, starving: true).ShouldBe(Window);
    }

    /// <summary>An account that adds up what it releases never gets these 64 back. Seen red with Heard taken out.</summary>
    [Fact]
    public void Granted_ChunkWasLost_ItsCreditComesBackWithTheNextWord()
    {
        var account = Account();

        account.Heard(new SentRecords(First, Epoch, 64)); // Of a later message: the chunk itself never came.

        account.Granted(0, starving: false).ShouldBe(64 + Window);
    }

    [Fact]
    public void Heard_DoubledOrOvertaken_GrantsNothing()
    {
        var account = Account();
        account.Heard(new SentRecords(First, Epoch, 128));

        account.Heard(new SentRecords(First, Epoch, 128));
        account.Heard(new SentRecords(First, Epoch, 64));

        account.Granted(0, starving: false).ShouldBe(128 + Window);
    }

    /// <summary>An account that lives as long as the trainer grants a second ingest all that the first has sent.</summary>
    [Fact]
    public void Register_AnotherIngest_IsGrantedOneWindow()
    {
        var account = Account();
        account.Heard(new SentRecords(First, Epoch, 1_000_000));

        account.Register(new SentRecords(Second, 0, 0));
        account.Heard(new SentRecords(First, Epoch, 1_000_064)); // A late message of the first.

        account.Granted(40, starving: false).ShouldBe(Window - 40);
        account.Ingest.ShouldBe(Second);
    }

    [Fact]
    public void Heard_CountOfAnotherEpoch_IsPassedOver()
    {
        var account = Account();

        account.Heard(new SentRecords(First, Epoch - 1, 5000));
        account.Register(new SentRecords(First, Epoch + 1, 5000));

        account.Granted(0, starving: false).ShouldBe(Window);
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

    private static CreditAccount Account()
    {
        var account = new CreditAccount(Window, Epoch);
        account.Register(new SentRecords(First, 0, 0));
        return account;
    }

    private sealed class Road
    {
        private const int Chunk = 64;
        private readonly CreditGate _gate = new(Epoch);
        private readonly CreditAccount _account = Account();
        private readonly List<(int Records, long Sent)> _toTrainer = [];
        private readonly List<long> _toIngest = [];

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
            _account.Heard(new SentRecords(First, Epoch, message.Sent));
            Grant();
        }

        private void Step()
        {
            Through += Waiting;
            Waiting = 0;
            Grant();
        }

        private void Grant() => _toIngest.Add(_account.Granted(Waiting, starving: false));

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
