using TorchSharp;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Encoders;

/// <summary>
/// The values of one network: a flat parameter tensor [P] with one view a parameter, a flat buffer tensor [S] with one view a
/// buffer, and how many training forwards BatchNorm has seen. Owns all of them; detached from every dispose scope.
/// </summary>
internal sealed class NetworkState : IDisposable
{
    private readonly Tensor[] parameters;
    private readonly Tensor[] buffers;

    private NetworkState(NetworkLayout layout, ScalarType dtype, Device device)
    {
        using var scope = NewDisposeScope();
        Layout = layout;
        Flat = zeros(layout.ParameterLength, dtype, device).DetachFromDisposeScope();
        FlatBuffers = zeros(layout.BufferLength, dtype, device).DetachFromDisposeScope();
        parameters = [.. layout.Parameters.Select(p => Flat.narrow(0, p.Offset, p.Length).view(p.Shape).DetachFromDisposeScope())];
        buffers = [.. layout.Buffers.Select(b => FlatBuffers.narrow(0, b.Offset, b.Length).DetachFromDisposeScope())];
    }

    public NetworkLayout Layout { get; }

    /// <summary>All parameters, [P].</summary>
    public Tensor Flat { get; }

    /// <summary>All gradients, [P]; null until <see cref="EnableGradients"/>.</summary>
    public Tensor? FlatGradients { get; private set; }

    /// <summary>All running statistics, [S].</summary>
    public Tensor FlatBuffers { get; }

    /// <summary>Training forwards that BatchNorm has seen.</summary>
    public long BatchesTracked { get; set; }

    /// <summary>
    /// Draws first values. They depend on the seed and the layout only: one generator, parameters in layout order, always drawn in
    /// float64 on the CPU and then converted, so every device and dtype starts alike.
    /// </summary>
    public static NetworkState Create(NetworkLayout layout, ScalarType dtype, Device device, ulong seed)
    {
        var state = new NetworkState(layout, dtype, device);
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator(seed);
        for (var i = 0; i < state.parameters.Length; i++)
        {
            var spec = layout.Parameters[i];
            var values = empty(spec.Shape, ScalarType.Float64);
            _ = spec.Initializer.Kind switch
            {
                InitializerKind.Uniform => values.uniform_(-spec.Initializer.Scale, spec.Initializer.Scale, generator),
                _ => values.fill_(spec.Initializer.Scale),
            };
            state.parameters[i].copy_(values);
        }

        for (var i = 0; i < state.buffers.Length; i++)
        {
            state.buffers[i].fill_(layout.Buffers[i].Value);
        }

        return state;
    }

    /// <summary>An independent copy with the same values, without gradients.</summary>
    public NetworkState Clone()
    {
        var copy = new NetworkState(Layout, Flat.dtype, Flat.device);
        copy.CopyFrom(this);
        return copy;
    }

    /// <summary>Takes over another state's parameters, buffers and counter.</summary>
    public void CopyFrom(NetworkState other)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        Flat.copy_(other.Flat);
        FlatBuffers.copy_(other.FlatBuffers);
        BatchesTracked = other.BatchesTracked;
    }

    /// <summary>
    /// Makes the parameters leaves of the autograd graph, each with a gradient that is a view of <see cref="FlatGradients"/>: backward
    /// adds into it in place, so the caller zeroes one tensor and the optimizer reads one tensor.
    /// </summary>
    public void EnableGradients()
    {
        using var scope = NewDisposeScope();
        FlatGradients = zeros_like(Flat).DetachFromDisposeScope();
        for (var i = 0; i < parameters.Length; i++)
        {
            var spec = Layout.Parameters[i];
            parameters[i].requires_grad_();
            parameters[i].grad = FlatGradients.narrow(0, spec.Offset, spec.Length).view(spec.Shape);
        }
    }

    public Tensor Parameter(int index) => parameters[index];

    public Tensor Buffer(int index) => buffers[index];

    public void Dispose()
    {
        foreach (var tensor in (Tensor?[])[.. parameters, .. buffers, Flat, FlatBuffers, FlatGradients])
        {
            tensor?.Dispose();
        }
    }
}
