using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Encoders;
using StreamingContrastive.Learning.Optimization;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Saves and restores networks and optimizers by parameter name. A flat tensor crosses to the host once and is cut there.</summary>
internal static class NetworkStateCodec
{
    public static IReadOnlyList<HostTensor> Export(NetworkState network)
    {
        using var scope = NewDisposeScope();
        var buffers = network.FlatBuffers.cpu().bytes;
        List<HostTensor> tensors = [.. ExportFlat(network.Layout, network.Flat, "")];
        foreach (var b in network.Layout.Buffers)
        {
            tensors.Add(HostTensorCodec.Slice(b.Name, network.Flat.dtype, [b.Length], buffers, b.Offset, b.Length));
        }

        tensors.AddRange(network.Layout.BatchCounters.Select(name => HostTensorCodec.Scalar(name, network.BatchesTracked)));
        return tensors;
    }

    public static IReadOnlyList<HostTensor> Export(FlatOptimizer optimizer, NetworkLayout layout)
    {
        List<HostTensor> tensors = [HostTensorCodec.Scalar("step", optimizer.Steps)];
        for (var i = 0; i < optimizer.SlotNames.Count; i++)
        {
            tensors.AddRange(ExportFlat(layout, optimizer.Slot(i), optimizer.SlotNames[i] + "."));
        }

        return tensors;
    }

    public static NetworkValues Read(StateFile file, NetworkLayout layout, ScalarType dtype)
    {
        var flat = ReadFlat(file, layout, dtype, "");
        var buffers = zeros(layout.BufferLength, dtype);
        foreach (var b in layout.Buffers)
        {
            file.Take(b.Name, HostTensorCodec.TypeOf(dtype), [b.Length]).CopyTo(Part(buffers.bytes, dtype, b.Offset, b.Length));
        }

        var counters = layout.BatchCounters.Select(name => file.TakeScalar(name, 0, long.MaxValue)).ToArray();
        file.RequireNoOthers();
        return new NetworkValues(flat, buffers, counters.FirstOrDefault());
    }

    /// <summary>The optimizer's step count and slots, [P] each, on the host.</summary>
    public static (long Steps, Tensor[] Slots) Read(StateFile file, FlatOptimizer optimizer, NetworkLayout layout, ScalarType dtype)
    {
        var steps = file.TakeScalar("step", 0, long.MaxValue);
        Tensor[] slots = [.. optimizer.SlotNames.Select(name => ReadFlat(file, layout, dtype, name + "."))];
        file.RequireNoOthers();
        return (steps, slots);
    }

    private static List<HostTensor> ExportFlat(NetworkLayout layout, Tensor flat, string prefix)
    {
        using var scope = NewDisposeScope();
        var bytes = flat.cpu().bytes;
        List<HostTensor> tensors = new(layout.Parameters.Count);
        foreach (var p in layout.Parameters)
        {
            tensors.Add(HostTensorCodec.Slice(prefix + p.Name, flat.dtype, p.Shape, bytes, p.Offset, p.Length));
        }

        return tensors;
    }

    private static Tensor ReadFlat(StateFile file, NetworkLayout layout, ScalarType dtype, string prefix)
    {
        var flat = zeros(layout.ParameterLength, dtype);
        foreach (var p in layout.Parameters)
        {
            file.Take(prefix + p.Name, HostTensorCodec.TypeOf(dtype), p.Shape).CopyTo(Part(flat.bytes, dtype, p.Offset, p.Length));
        }

        return flat;
    }

    private static Span<byte> Part(Span<byte> flat, ScalarType dtype, long offset, long length)
    {
        var size = HostTensorCodec.ElementSize(HostTensorCodec.TypeOf(dtype));
        return flat.Slice(checked((int)(offset * size)), checked((int)(length * size)));
    }
}

/// <summary>Values of a network on the host, checked but not yet taken over.</summary>
internal readonly record struct NetworkValues(Tensor Flat, Tensor Buffers, long BatchesTracked)
{
    public void WriteTo(NetworkState network)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        network.Flat.copy_(Flat);
        network.FlatBuffers.copy_(Buffers);
        network.BatchesTracked = BatchesTracked;
    }
}
