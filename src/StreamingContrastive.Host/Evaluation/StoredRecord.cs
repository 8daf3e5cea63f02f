namespace StreamingContrastive.Host.Evaluation;

/// <summary>A record as it lies in a topic.</summary>
/// <param name="Id">The id that the pipeline gives its key.</param>
/// <param name="Value">Its value.</param>
/// <param name="Label">Its class.</param>
internal sealed record StoredRecord(long Id, byte[] Value, int Label);
