using StreamingContrastive.Learning.Checkpoints;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>Between device tensors and <see cref="HostTensor"/>s, strict about names, shapes and element types.</summary>
internal static class HostTensorCodec
{
    public static HostTensor Scalar(string name, long value) => new(name, HostTensorType.I64, [], BitConverter.GetBytes(value));

    /// <summary>A deep copy of a whole tensor.</summary>
    public static HostTensor Copy(string name, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return new HostTensor(name, TypeOf(tensor.dtype), tensor.shape, tensor.detach().cpu().contiguous().bytes.ToArray());
    }

    /// <summary>A deep copy of a part of a flat tensor's bytes.</summary>
    public static HostTensor Slice(string name, ScalarType dtype, long[] shape, ReadOnlySpan<byte> flat, long offset, long length)
    {
        var size = ElementSize(TypeOf(dtype));
        return new HostTensor(name, TypeOf(dtype), shape, flat.Slice(checked((int)(offset * size)), checked((int)(length * size))).ToArray());
    }

    public static HostTensorType TypeOf(ScalarType dtype) => dtype switch
    {
        ScalarType.Float32 => HostTensorType.F32,
        ScalarType.Float64 => HostTensorType.F64,
        ScalarType.Int64 => HostTensorType.I64,
        ScalarType.Byte => HostTensorType.U8,
        _ => throw new ArgumentOutOfRangeException(nameof(dtype), dtype, "A trainer's state holds float32, float64, int64 and uint8 only."),
    };

    public static int ElementSize(HostTensorType type) => type is HostTensorType.F32 or HostTensorType.I32 ? 4
        : type is HostTensorType.U8 or HostTensorType.BOOL ? 1 : 8;
}
