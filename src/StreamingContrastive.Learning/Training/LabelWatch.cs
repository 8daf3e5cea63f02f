namespace StreamingContrastive.Learning.Training;

/// <summary>Notices that an objective which lives on labels gets none, and says so once a start.</summary>
internal sealed class LabelWatch
{
    /// <summary>Records without any label that are enough to say so.</summary>
    public const int Patience = 1000;

    private long unlabelled;
    private bool settled;

    /// <summary>Looks at a batch; the sentence at the batch that completes the first 1,000 records without a label, else null.</summary>
    public string? Observe(ReadOnlySpan<int> labels)
    {
        if (settled)
        {
            return null;
        }

        settled = labels.ContainsAnyExceptInRange(int.MinValue, -1);
        unlabelled += labels.Length;
        if (settled || unlabelled < Patience)
        {
            return null;
        }

        settled = true;
        return $"None of the first {unlabelled} records had a label, but objective:positives:sameLabel makes positives of labels: the objective works as if it were not there. Send a label in the header that input:labelHeader names, or switch objective:positives:sameLabel off.";
    }
}
