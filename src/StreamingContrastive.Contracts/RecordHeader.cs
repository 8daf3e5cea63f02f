namespace StreamingContrastive.Contracts;

/// <summary>A Kafka header, free of any client's types.</summary>
/// <param name="Key">Name.</param>
/// <param name="Value">Bytes, or null.</param>
public readonly record struct RecordHeader(string Key, byte[]? Value);
