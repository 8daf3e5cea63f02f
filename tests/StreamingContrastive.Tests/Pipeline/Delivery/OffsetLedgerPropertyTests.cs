using CsCheck;

namespace StreamingContrastive.Tests.Pipeline.Delivery;

/// <summary>
/// Design.md section 4 as a property: whatever is lost, doubled, reordered, revoked, restarted or taken over (from the newest checkpoint
/// or an older one), whatever retention deletes meanwhile, every record that could still be read is admitted exactly once in the
/// surviving lineage, in offset order, and all of it arrives once messages stop being lost.
/// Seen red by removing the comparison with the admitted offset from OffsetLedger.Offer. Removing the comparison of epochs does
/// not turn it red (an old reading that happens to continue holds the same records): OffsetLedgerTests holds that.
/// </summary>
public sealed class OffsetLedgerPropertyTests
{
    private const int Actions = 24;

    private static readonly Gen<(int Seed, int Partitions, (int, int, int)[] Script)> Runs = Gen.Select(
        Gen.Int[0, 1000],
        Gen.Int[1, 3],
        Gen.Select(Gen.Int[0, Actions - 1], Gen.Int[0, 50], Gen.Int[0, 50]).Array[0, 250],
        (seed, partitions, script) => (seed, partitions, script));

    [Fact]
    public void Protocol_AnyFaultsThenQuiet_AdmitsEveryRecordExactlyOnce() => Runs.Sample(
        run =>
        {
            var simulation = new DeliverySimulation(run.Seed, run.Partitions);
            foreach (var (action, a, b) in run.Script)
            {
                simulation.Act(action, a, b);
            }

            simulation.Settle();
        },
        iter: 1200,
        seed: "000000000001");
}
