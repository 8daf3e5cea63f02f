using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Tests.Learning.Objectives;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Training;

/// <summary>Records that lack a part: what passes an encoder, what is trained, counted, remembered and published.</summary>
[Collection(TorchTests.Name)]
public sealed class MissingPartTests
{
    [Fact]
    public void Step_RowWithoutAPart_ChangesNothingOfTheOthers()
    {
        // The same four records, alone in a batch, and among two that lack the right part: right statistics and keys are the same.
        using var alone = new ContrastiveTrainer(TwoParts.Configuration(), ScalarType.Float64);
        using var among = new ContrastiveTrainer(TwoParts.Configuration(), ScalarType.Float64);
        var batch = TwoParts.Batch(TwoParts.Pictures, 1, (row, part) => part == 0 || row < 4);
        among.Step(batch, collectMetrics: false);
        batch.Count = 4;
        alone.Step(batch, collectMetrics: false);

        var (a, b) = (alone.CopyState(), among.CopyState());

        Buffers(b, "query.right").ShouldBe(Buffers(a, "query.right"));
        Buffers(b, "key.right").ShouldBe(Buffers(a, "key.right"));
        Buffers(b, "query.left").ShouldNotBe(Buffers(a, "query.left"));
        (Filled(b, "left"), Filled(b, "right")).ShouldBe((6, 4));
        among.Parts[1].Queue.Keys.SameAs(alone.Parts[1].Queue.Keys).ShouldBeTrue();
    }

    [Fact]
    public void Step_RowsWithoutAPart_AreInvalidAndCounted()
    {
        using var trainer = new ContrastiveTrainer(TwoParts.Configuration());
        trainer.Step(TwoParts.Batch(TwoParts.Pictures, 0), collectMetrics: false);

        var metrics = trainer.Step(TwoParts.Batch(TwoParts.Pictures, 1, (row, part) => part == 0 || row >= 2), collectMetrics: true).Metrics!;

        metrics.MissingParts.ShouldBe(2);
        metrics.InvalidRows.ShouldBe(4); // two rows in either direction
        metrics.Loss.ShouldBeGreaterThan(0);
        metrics.QueueFilled.ShouldBe(10);
        metrics.EffectiveNegatives.ShouldBe(6, 1e-6); // of the valid rows alone
        metrics.Alignment.ShouldBe(2 - (2 * metrics.PositiveSimilarity), 1e-9);
    }

    [Fact]
    public void Measure_RowsWithoutAPart_LeaveTheMeanOfPositives()
    {
        using var scope = NewDisposeScope();
        bool[] there = [true, false, true, true, false, true, true];
        var direction = Contrast.Random(40) with { Valid = tensor(there) };
        var cosines = direction.PositiveBlock.Cosine.squeeze(1).contiguous().data<double>().ToArray();

        DirectionProbe.Measure(direction, new LossRows(zeros(7, ScalarType.Float64), direction.Valid)).Positive.ShouldBe(cosines.Where((_, i) => there[i]).Average(), 1e-12);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Step_OnePartWhollyMissing_TrainsTheOtherAndLetsItRest(int missing)
    {
        using var trainer = new ContrastiveTrainer(TwoParts.Configuration(new ObjectiveOptions { CrossModal = new() { WithinWeight = 1 } }));
        trainer.Step(TwoParts.Batch(TwoParts.Pictures, 0), collectMetrics: false);
        var before = trainer.CopyState();
        var (absent, present) = missing == 0 ? ("left", "right") : ("right", "left");

        var outcome = trainer.Step(TwoParts.Batch(TwoParts.Pictures, 1, (_, part) => part != missing), collectMetrics: true);

        outcome.IsApplied.ShouldBeTrue();
        outcome.Metrics!.GradientNorm.ShouldBeGreaterThan(0); // the contrast within the part that is there
        outcome.Metrics.MissingParts.ShouldBe(6);
        var after = trainer.CopyState();
        foreach (var file in (string[])["query", "key", "optimizer", "queue"])
        {
            Same(before, after, $"{file}.{absent}").ShouldBeTrue(file);
            Same(before, after, $"{file}.{present}").ShouldBeFalse(file);
        }
    }

    [Fact]
    public void Step_NothingAtAll_IsAppliedAndChangesNoWeight()
    {
        using var trainer = new ContrastiveTrainer(TwoParts.Configuration());
        var before = trainer.CopyState();

        var outcome = trainer.Step(TwoParts.Batch(TwoParts.Pictures, 0, (_, _) => false), collectMetrics: true);

        outcome.IsApplied.ShouldBeTrue();
        outcome.Metrics!.Loss.ShouldBe(0);
        Same(before, trainer.CopyState(), "query.left").ShouldBeTrue();
    }

    [Theory]
    [InlineData(Normalization.Batch, 0)]
    [InlineData(Normalization.Group, 1)]
    public void Step_SingleRowOfAPart_IsLeftOutWhereStatisticsWouldBeOfOneRow(Normalization normalization, int queued)
    {
        var configuration = TwoParts.Configuration();
        configuration = configuration with { Encoder = configuration.Encoder with { Width = 8, Normalization = normalization, ProjectionNormalization = true } };
        using var trainer = new ContrastiveTrainer(configuration);

        trainer.Step(TwoParts.Batch(TwoParts.Pictures, 0, (row, part) => part == 0 || row == 2), collectMetrics: true).IsApplied.ShouldBeTrue();

        trainer.Parts[1].Queue.Filled.ShouldBe(queued);
        trainer.Parts[1].Networks.Key.FlatBuffers.isfinite().all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Step_Embeddings_AreThereForThePartsThatAreThere()
    {
        using var trainer = new ContrastiveTrainer(TwoParts.Configuration());
        var batch = TwoParts.Batch(TwoParts.Pictures, 0, (row, part) => part == 0 || row % 2 == 1);

        var parts = trainer.Step(batch, collectMetrics: false).Parts!;

        parts.Select(p => p.Part).ShouldBe(["left", "right"]);
        parts[0].Present.ToArray().ShouldAllBe(p => p);
        parts[1].Present.ToArray().ShouldBe([false, true, false, true, false, true]);
        var expected = new float[8];
        for (var row = 0; row < 6; row++)
        {
            foreach (var index in (int[])[0, 1])
            {
                var actual = parts[index].Vectors.Slice(row * 8, 8).ToArray();
                if (index == 1 && row % 2 == 0)
                {
                    actual.ShouldAllBe(v => v == 0);
                    continue;
                }

                trainer.Embed(index, batch.Clean.AsSpan((row * TwoParts.Pictures.CleanBytes) + TwoParts.Pictures.OffsetOf(index), 64), 1, Snapshot.Published, EmbeddingKindOf.Projection, expected);
                actual.Zip(expected, (x, y) => Math.Abs(x - y)).Max().ShouldBeLessThan(1e-5f);
            }
        }
    }

    [Fact]
    public void Encode_HardNegativesAndReferences_ComeByRowAndSlot()
    {
        using var trainer = new ContrastiveTrainer(TwoParts.Configuration(rows: TwoParts.PictureAndText));
        var layout = TwoParts.PictureAndText;
        using var scope = NewDisposeScope();
        var batch = TwoParts.Batch(layout, 0);
        var views = new BatchViews(layout, batch, CPU);
        var text = trainer.Parts[1];

        var part = text.Encode(views, new(ViewEncoding.QueryAndKey, Momentum: 1, Step: 0));

        part.ExplicitPresent!.data<bool>().ToArray().ShouldBe([true, false, false, false, true, false, false, false, true, false, false, false]);
        part.Explicit!.shape.ShouldBe([6, 2, 8]);
        part.Explicit.square().sum(2).isclose(part.ExplicitPresent.to(ScalarType.Float32)).all().item<bool>().ShouldBeTrue();
        part.Explicit.requires_grad.ShouldBeFalse();
        var expected = new[] { 0, 2, 4 }.SelectMany(row => batch.Key.AsSpan((row * layout.KeyBytes) + layout.NegativeSlotOf(1, 0), layout.Parts[1].Bytes).ToArray()).ToArray();
        views.HardNegatives(1)!.Value.Bytes.contiguous().data<byte>().ToArray().ShouldBe(expected);
        views.References()!.data<long>().ToArray().ShouldBe([7000, 0, 0, 0, 0, 0, 7002, 0, 0, 0, 0, 0, 7004, 0, 0, 0, 0, 0]);
    }

    [Fact]
    public void Decode_Tokens_AreTheIdsOfTheRow()
    {
        using var scope = NewDisposeScope();
        int[] ids = [1, int.MaxValue, 300 | int.MinValue, -1, 65536, 0];
        var bytes = ids.SelectMany(BitConverter.GetBytes).ToArray();

        new PartInput(RowPart.Text("text", 6), ScalarType.Float32).Decode(BatchViews.OnDevice(bytes, 1, 24, CPU)).data<long>().ToArray().ShouldBe(ids.Select(i => (long)i));
    }

    private static bool Same(TrainerState a, TrainerState b, string file) => a.Files[file].Zip(b.Files[file]).All(pair => pair.First.Data.AsSpan().SequenceEqual(pair.Second.Data));

    private static byte[][] Buffers(TrainerState state, string file) => [.. state.Files[file].Where(t => t.Name.Contains("running_", StringComparison.Ordinal)).Select(t => t.Data)];

    private static long Filled(TrainerState state, string part) => BitConverter.ToInt64(state.Files[$"queue.{part}"].Single(t => t.Name == "filled").Data);
}
