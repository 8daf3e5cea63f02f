namespace StreamingContrastive.Host.Datasets;

/// <summary>What the table says of an emoji.</summary>
/// <param name="Index">Row of both drawings, and the record's key as decimal text.</param>
/// <param name="Name">English name.</param>
/// <param name="Tags">English tags.</param>
/// <param name="Category">One of ten.</param>
/// <param name="Subcategory">One of 99.</param>
internal sealed record EmojiPair(int Index, string Name, IReadOnlyList<string> Tags, string Category, string Subcategory)
{
    /// <summary>The text part of the emoji's record: name and tags, one line.</summary>
    public string Text => Tags.Count == 0 ? Name : $"{Name}: {string.Join(", ", Tags)}";
}
