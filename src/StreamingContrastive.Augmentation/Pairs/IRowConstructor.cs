namespace StreamingContrastive.Augmentation.Pairs;

/// <summary>Makes the rows of a record. Owns its scratch memory: one per worker, one thread at a time.</summary>
public interface IRowConstructor
{
    /// <summary>
    /// How the texts of the record made last begin, by part, for people to read; null where a part is a picture or is missing. The whole is
    /// null where nobody asked for them: a row holds ids of words, from which no text can be had back.
    /// </summary>
    IReadOnlyList<string?>? Excerpts => null;

    /// <summary>Parts of the record made last that were skipped because the pipeline file does not name them; 0 where they refuse the record.</summary>
    int IgnoredParts => 0;

    /// <summary>Makes query, key and clean row of one record; a pure function of the value and its place.</summary>
    /// <param name="value">The record's value.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="query">Receives the query row, exactly the layout's bytes; undefined after false, as the others.</param>
    /// <param name="key">Receives the key row.</param>
    /// <param name="clean">Receives the clean row.</param>
    /// <param name="label">The class that the value itself names, or -1.</param>
    /// <param name="rejection">Why there are no rows, or null.</param>
    bool TryConstruct(ReadOnlyMemory<byte> value, in RecordPlace place, Span<byte> query, Span<byte> key, Span<byte> clean, out int label, out Rejection? rejection);
}
