using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pixels;

namespace StreamingContrastive.Tests.Augmentation.Pixels;

public sealed class PixelVectorsTests
{
    [Theory]
    [InlineData(0.6f, 0f)]
    [InlineData(1.4f, -30.5f)]
    [InlineData(0f, 77.3f)]
    public void Scale_VectorsAndSingleLevels_SameBits(float gain, float bias)
    {
        byte[] together = TestPictures.Noise(new ImageShape(1, 333, 1), 1);
        byte[] alone = [.. together];

        PixelVectors.Scale(together, gain, bias);
        for (int i = 0; i < alone.Length; i++)
        {
            PixelVectors.Scale(alone.AsSpan(i, 1), gain, bias);
        }

        together.ShouldBe(alone);
    }

    [Fact]
    public void BlendAndAccumulate_VectorsAndSingleElements_SameBits()
    {
        var random = new Random(2);
        float[] a = [.. Enumerable.Range(0, 77).Select(_ => random.NextSingle() * 255)];
        float[] b = [.. Enumerable.Range(0, 77).Select(_ => random.NextSingle() * 255)];
        float[] together = new float[77];
        float[] alone = new float[77];

        PixelVectors.Blend(a, b, 0.37f, together);
        PixelVectors.Accumulate(a, 0.11f, together);
        for (int i = 0; i < alone.Length; i++)
        {
            PixelVectors.Blend(a.AsSpan(i, 1), b.AsSpan(i, 1), 0.37f, alone.AsSpan(i, 1));
            PixelVectors.Accumulate(a.AsSpan(i, 1), 0.11f, alone.AsSpan(i, 1));
        }

        together.ShouldBe(alone);
    }

    [Fact]
    public void ToSingleAndBack_EveryLevelAndOddLength_Identity()
    {
        byte[] levels = [.. Enumerable.Range(0, 259).Select(i => (byte)i)];
        float[] values = new float[259];
        byte[] back = new byte[259];

        PixelVectors.ToSingle(levels, values);
        PixelVectors.ToLevels(values, back);

        values.ShouldBe(levels.Select(l => (float)l));
        back.ShouldBe(levels);
    }

    [Theory]
    [InlineData(-0.6f, 0)]
    [InlineData(0.49f, 0)]
    [InlineData(0.5f, 1)]
    [InlineData(254.5f, 255)]
    [InlineData(400f, 255)]
    public void ToLevel_AnyValue_RoundsHalvesUpAndClamps(float value, int level) => PixelVectors.ToLevel(value).ShouldBe((byte)level);

    [Theory]
    [InlineData(255, 255, 255, 255)]
    [InlineData(255, 0, 0, 76)]
    [InlineData(0, 255, 0, 150)]
    [InlineData(0, 0, 255, 29)]
    [InlineData(0, 0, 0, 0)]
    public void LumaOf_Primaries_Rec601(int red, int green, int blue, int grey) =>
        Luma.Of((byte)red, (byte)green, (byte)blue).ShouldBe((byte)grey);
}
