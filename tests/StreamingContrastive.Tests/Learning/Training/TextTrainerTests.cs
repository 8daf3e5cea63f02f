using System.Buffers.Binary;
using System.Text;
using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts.Rows;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Encoders.Text;
using StreamingContrastive.Learning.Objectives;
using StreamingContrastive.Learning.Objectives.Plans;
using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Tests.Learning.Training;

/// <summary>A pipeline of texts alone, views by dropout: what it learns, and that a resume draws what an unbroken run draws.</summary>
[Collection(TorchTests.Name)]
public sealed class TextTrainerTests
{
    private const int Tokens = 24;

    private static readonly RowLayout Rows = new([RowPart.Text("text", Tokens, hardNegatives: 1)]);

    private static readonly string[] Texts =
        ["my card has not arrived", "where is my card", "the exchange rate is wrong", "which rate do you use", "I forgot my pin", "my pin is blocked"];

    public static TheoryData<TextArchitecture> Architectures => [TextArchitecture.Bag, TextArchitecture.Transformer];

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Step_ViewsByDropoutAlone_LossFalls(TextArchitecture architecture)
    {
        using var trainer = new ContrastiveTrainer(Configuration(architecture));
        var losses = Enumerable.Range(0, 60).Select(step => trainer.Step(Batch(), collectMetrics: true).Metrics!.Loss).ToArray();

        losses[..5].Average().ShouldBeGreaterThan(losses[^5..].Average() * 1.5);
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Restore_AfterSomeSteps_GoesOnBitForBit(TextArchitecture architecture)
    {
        using var unbroken = new ContrastiveTrainer(Configuration(architecture));
        for (var step = 0; step < 4; step++)
        {
            unbroken.Step(Batch(), collectMetrics: false);
        }

        var saved = unbroken.CopyState();
        using var resumed = new ContrastiveTrainer(Configuration(architecture));
        resumed.Restore(saved);
        for (var step = 0; step < 4; step++)
        {
            unbroken.Step(Batch(), collectMetrics: false);
            resumed.Step(Batch(), collectMetrics: false);
        }

        using var left = unbroken.FreezeKey();
        using var right = resumed.FreezeKey();
        right.ContentHash().ShouldBe(left.ContentHash());
    }

    [Theory]
    [MemberData(nameof(Architectures))]
    public void Embed_TheSameTextTwice_IsTheSameVector(TextArchitecture architecture)
    {
        using var trainer = new ContrastiveTrainer(Configuration(architecture));
        trainer.Step(Batch(), collectMetrics: false);
        using var frozen = trainer.FreezeKey();
        var batch = Batch();
        var rows = batch.Clean.AsSpan(Rows.OffsetOf(0), Tokens * sizeof(int));

        frozen.Features(rows, 1).ShouldBe(frozen.Features(rows, 1));
    }

    /// <summary>The key row's hard negative reaches the loss: the same batch without it, or with another weight, has another one.</summary>
    [Fact]
    public void Step_HardNegativesInTheKeyRow_CountInTheLoss()
    {
        double Loss(bool brought, double logWeight)
        {
            using var trainer = new ContrastiveTrainer(Configuration(TextArchitecture.Bag) with
            {
                Objective = new ObjectiveOptions { Negatives = NegativeSource.Batch, Temperature = .1, Policies = new PolicyOptions { HardNegatives = new HardNegativeOptions { LogWeight = logWeight } } },
            });
            return trainer.Step(Batch(brought), collectMetrics: true).Metrics!.Loss;
        }

        Loss(brought: false, 5).ShouldBe(Loss(brought: false, 0), 1e-6);
        Loss(brought: true, 0).ShouldBeGreaterThan(Loss(brought: false, 0) + 1e-6);
        Loss(brought: true, 5).ShouldBeGreaterThan(Loss(brought: true, 0) + 1e-3);
    }

    private static TrainerConfiguration Configuration(TextArchitecture architecture) => new(
        new InputGeometry(0, 0, 0),
        new EncoderOptions { ProjectionDimension = 8, Text = new TextEncoderOptions { Architecture = architecture, Buckets = 64, Dimension = 16, Heads = 2, Layers = 1, Dropout = 0.2 } },
        new ObjectiveOptions { Negatives = NegativeSource.Batch, Temperature = 0.2 },
        new TrainingOptions { BatchSize = 6, WarmupSteps = 2, LearningRate = 0.01, Momentum = 0.9, Threads = 2, Device = "cpu" },
        Seed: 11,
        PublishProjection: false)
    {
        Rows = Rows,
    };

    private static TrainingBatch Batch(bool withNegatives = false)
    {
        var batch = new TrainingBatch(Texts.Length, Rows.Sizes) { Count = Texts.Length };
        for (var i = 0; i < Texts.Length; i++)
        {
            foreach (var (rows, size) in new[] { (batch.Query, Rows.QueryBytes), (batch.Key, Rows.KeyBytes), (batch.Clean, Rows.CleanBytes) })
            {
                BinaryPrimitives.WriteUInt32LittleEndian(rows.AsSpan(i * size), 1);
                Write(Texts[i], rows.AsSpan((i * size) + Rows.OffsetOf(0)));
            }

            if (withNegatives)
            {
                var key = batch.Key.AsSpan(i * Rows.KeyBytes, Rows.KeyBytes);
                BinaryPrimitives.WriteUInt32LittleEndian(key[Rows.NegativesOffsetOf(0)..], 1);
                Write(Texts[i] + " not", key[Rows.NegativeSlotOf(0, 0)..]);
            }

            (batch.RecordIds[i], batch.InputHashes[i], batch.Labels[i], batch.EventTimesUnixMs[i]) = (i + 1, i, -1, -1);
        }

        return batch;
    }

    private static void Write(string text, Span<byte> part)
    {
        var ids = new int[Tokens];
        new TextTokenizer(new TextOptions { Tokens = Tokens }).TryTokenize(Encoding.UTF8.GetBytes(text), ids, out _).ShouldBeTrue();
        for (var i = 0; i < Tokens; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(part[(i * sizeof(int))..], ids[i]);
        }
    }
}
