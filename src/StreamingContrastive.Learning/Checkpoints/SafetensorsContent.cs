namespace StreamingContrastive.Learning.Checkpoints;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Tensors">Tensors in the order of their data.</param>
/// <param name="Metadata">Free strings of the header's <c>__metadata__</c>; empty where there are none.</param>
public sealed record SafetensorsContent(IReadOnlyList<HostTensor> Tensors, IReadOnlyDictionary<string, string> Metadata);
