namespace StreamingContrastive.Learning.Evaluation;

/// <summary>A row of the bank and its cosine to the query.</summary>
internal readonly record struct Neighbour(int Row, float Similarity);
