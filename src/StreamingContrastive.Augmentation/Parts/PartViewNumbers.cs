using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Augmentation.Parts;

/// <summary>
/// Numbers of the views of a record's parts, so that each has randomness of its own. The first part's are those of a record that is one
/// picture: such a pipeline keeps its bytes when it is written with parts.
/// </summary>
public static class PartViewNumbers
{
    /// <summary>The query view of a part.</summary>
    public static int Query(int part) => 2 * part;

    /// <summary>The key view of a part.</summary>
    public static int Key(int part) => (2 * part) + 1;

    /// <summary>The view of a part's hard negative.</summary>
    public static int HardNegative(int part, int slot) => (2 * RowLayout.MaxParts) + (slot * RowLayout.MaxParts) + part;
}
