namespace StreamingContrastive.Host.Datasets;

/// <summary>An array of bytes as an IDX file holds it.</summary>
/// <param name="Dimensions">Extents, the slowest first; pictures are [count, height, width] or [count, height, width, channels].</param>
/// <param name="Data">Elements, row-major; exactly the product of the extents.</param>
internal sealed record IdxArray(IReadOnlyList<int> Dimensions, byte[] Data);
