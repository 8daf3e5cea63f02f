namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Content of a JSON file that carries its own checksum as its last property.</summary>
public interface IChecksummed
{
    /// <summary>SHA-256 of the file with this value replaced by zeros, lower-case hexadecimal.</summary>
    public string Checksum { get; }
}
