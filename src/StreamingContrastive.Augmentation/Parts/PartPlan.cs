using StreamingContrastive.Augmentation.Text;
using StreamingContrastive.Contracts.Rows;

namespace StreamingContrastive.Augmentation.Parts;

/// <summary>How one part is read and which views are made of it.</summary>
/// <param name="Row">The part in the row.</param>
/// <param name="IsOptional">Whether a record may lack it under any policy.</param>
/// <param name="Payload">A picture's format and limits.</param>
/// <param name="Augmentation">A picture's views.</param>
/// <param name="Text">A text's tokens and views.</param>
public sealed record PartPlan(RowPart Row, bool IsOptional, PayloadOptions Payload, AugmentationOptions Augmentation, TextOptions Text);
