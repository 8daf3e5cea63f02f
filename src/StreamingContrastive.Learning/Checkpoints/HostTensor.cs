namespace StreamingContrastive.Learning.Checkpoints;

/// <summary>Element types of a safetensors file that this project reads and writes.</summary>
public enum HostTensorType
{
    /// <summary>float32.</summary>
    F32,

    /// <summary>float64.</summary>
    F64,

    /// <summary>Signed 64-bit integer.</summary>
    I64,

    /// <summary>Signed 32-bit integer.</summary>
    I32,

    /// <summary>Unsigned byte.</summary>
    U8,

    /// <summary>Boolean, one byte an element.</summary>
    BOOL,
}

/// <summary>A named tensor on the host, little-endian, row-major: what a checkpoint file holds.</summary>
/// <param name="Name">State-dict name.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Shape; empty for a scalar.</param>
/// <param name="Data">Elements, exactly product(Shape) x element size bytes.</param>
public sealed record HostTensor(string Name, HostTensorType Type, IReadOnlyList<long> Shape, byte[] Data);
