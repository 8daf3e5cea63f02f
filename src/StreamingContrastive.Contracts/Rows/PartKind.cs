namespace StreamingContrastive.Contracts.Rows;

/// <summary>What a part of a record is made of.</summary>
public enum PartKind
{
    /// <summary>Pixels, uint8, channels last.</summary>
    Picture,

    /// <summary>Token ids, int32 little-endian; 0 is padding.</summary>
    Text,
}
