namespace StreamingContrastive.Host.Evaluation.Pairs;

/// <summary>Vectors of the same records by part, one row a record, in the same order.</summary>
/// <param name="Rows">Row-major values of a part.</param>
/// <param name="Dimension">Values of a row; parts that ask each other have the same.</param>
internal sealed record PartVectors(float[] Rows, int Dimension);
