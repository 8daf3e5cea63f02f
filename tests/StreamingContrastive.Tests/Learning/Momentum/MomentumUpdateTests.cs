using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Momentum;
using static TorchSharp.torch;

namespace StreamingContrastive.Tests.Learning.Momentum;

[Collection(TorchTests.Name)]
public sealed class MomentumUpdateTests
{
    [Theory]
    [InlineData(0.999, 0.999)]
    [InlineData(1.0, 1.0)]
    [InlineData(0.0, 0.0)]
    public void Apply_KeyOneQueryZero_IsTheCoefficient(double momentum, double expected)
    {
        using var key = State(1);
        using var query = State(0);

        MomentumUpdate.Apply(key, query, momentum);

        key.Parameter(0).sub(expected).abs().max().item<double>().ShouldBe(0);
    }

    [Fact]
    public void Apply_Buffers_AreNotAveraged()
    {
        using var key = State(1);
        using var query = State(0);
        key.FlatBuffers.fill_(5);

        MomentumUpdate.Apply(key, query, 0.5);

        key.Buffer(0).eq(5).all().item<bool>().ShouldBeTrue();
        query.Parameter(0).eq(0).all().item<bool>().ShouldBeTrue();
    }

    [Fact]
    public void Apply_SixtyNineSteps_HalvesAtMomentum099()
    {
        using var key = State(1);
        using var query = State(0);

        for (var i = 0; i < 69; i++)
        {
            MomentumUpdate.Apply(key, query, 0.99);
        }

        key.Parameter(0).mean().item<double>().ShouldBe(0.5, 0.003);
    }

    private static NetworkState State(double value)
    {
        var layout = new NetworkLayout();
        layout.AddParameter("p", Initializer.Constant(value), 3, 2);
        layout.AddBuffer("b", 0, 4);
        return NetworkState.Create(layout, ScalarType.Float64, CPU, seed: 1);
    }
}
