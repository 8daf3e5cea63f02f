using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using StreamingContrastive.Host.Evaluation.Pairs;
using StreamingContrastive.Host.Evaluation.Texts;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>What <c>evaluate --report FILE</c> writes; names are camel-cased in the file.</summary>
internal sealed record EvaluationReport
{
    /// <summary>What was measured, exactly.</summary>
    public required JsonObject Definition { get; init; }

    /// <summary>Mean and deviation over the seeds of each row.</summary>
    public IReadOnlyList<EvaluationRow> Table => EvaluationRow.Of(Runs);

    /// <summary>Differences of trained rows to plain InfoNCE, where both were asked to retrieve; null where none was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<PairedDifference>? AgainstPlain => PairedDifference.Of(Runs) is { Count: > 0 } some ? some : null;

    /// <summary>Differences between rows that were asked the same texts; null where there were none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TextDifference>? Differences => TextDifference.Of(Runs) is { Count: > 0 } some ? some : null;

    /// <summary>Finished rows of single seeds.</summary>
    public required IReadOnlyList<EvaluationRun> Runs { get; init; }
}

/// <summary>One row under one seed.</summary>
internal sealed record EvaluationRun
{
    public required string Part { get; init; }

    public required ulong Seed { get; init; }

    public required long Steps { get; init; }

    /// <summary>How often each picture was seen: steps x batch / pictures.</summary>
    public required double Epochs { get; init; }

    /// <summary>Hash of the frozen encoder's values, the same before and after; null for raw pixels.</summary>
    public string? EncoderSha256 { get; init; }

    /// <summary>Name of the checkpoint that was judged.</summary>
    public string? Checkpoint { get; init; }

    public required IReadOnlyDictionary<string, double> Figures { get; init; }

    public required IReadOnlyDictionary<string, ProbeChoice> Probes { get; init; }

    /// <summary>Texts: the queries that kNN-20 gave another class, ascending; null where none was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Missed { get; init; }

    /// <summary>Training and judging together.</summary>
    public required double Seconds { get; init; }

    /// <summary>Retrieval: by direction, the rank of each query, in the order of the records asked about; null where nothing was retrieved.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, int[]>? Ranks { get; init; }
}

/// <summary>A figure over seeds.</summary>
/// <param name="Mean">Mean.</param>
/// <param name="Deviation">Standard deviation of a sample (n - 1); null for a single seed.</param>
internal sealed record EvaluationFigure(double Mean, double? Deviation)
{
    public static EvaluationFigure Of(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return new EvaluationFigure(mean, values.Count < 2 ? null : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1)));
    }
}

/// <summary>A row of the table.</summary>
internal sealed record EvaluationRow(string Part, IReadOnlyList<ulong> Seeds, IReadOnlyDictionary<string, EvaluationFigure> Figures)
{
    public static IReadOnlyList<EvaluationRow> Of(IEnumerable<EvaluationRun> runs) =>
    [
        .. runs.GroupBy(r => r.Part).Select(part => new EvaluationRow(
            part.Key,
            [.. part.Select(r => r.Seed)],
            part.SelectMany(r => r.Figures).GroupBy(f => f.Key, f => f.Value).ToDictionary(f => f.Key, f => EvaluationFigure.Of([.. f])))),
    ];
}
