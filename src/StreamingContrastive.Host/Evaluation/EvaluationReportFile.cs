using System.Text.Json;
using System.Text.Json.Nodes;
using StreamingContrastive.Host.Commands;

namespace StreamingContrastive.Host.Evaluation;

/// <summary>The report on disk. It is replaced as a whole after each finished row, so a killed evaluation loses the row it was at.</summary>
internal sealed class EvaluationReportFile
{
    private const long MostBytes = 64 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string _path;
    private readonly JsonObject _definition;
    private readonly List<EvaluationRun> _runs;

    private EvaluationReportFile(string path, JsonObject definition, IEnumerable<EvaluationRun> runs) =>
        (_path, _definition, _runs) = (path, definition, [.. runs]);

    /// <summary>The report as it stands.</summary>
    public EvaluationReport Report => new() { Definition = _definition, Runs = _runs };

    /// <summary>Finished rows.</summary>
    public IReadOnlyList<EvaluationRun> Runs => _runs;

    /// <summary>Reads what an earlier run of the same evaluation has finished; an absent file is an empty report.</summary>
    /// <exception cref="UsageException">The file is something else, or a report of another definition.</exception>
    public static EvaluationReportFile Open(string path, JsonObject definition)
    {
        if (!File.Exists(path))
        {
            return new EvaluationReportFile(path, definition, []);
        }

        var found = Read(path);
        var differences = EvaluationDefinition.Differences(found.Definition, definition).ToList();
        return differences.Count == 0 ? new EvaluationReportFile(path, definition, found.Runs) : throw new UsageException(
            $"{path} is the report of another evaluation, whose figures must not stand beside these. Different: {string.Join("; ", differences.Take(4))}{(differences.Count > 4 ? $" and {differences.Count - 4} more" : "")}. Name another --report, or delete it.");
    }

    /// <summary>Adds a finished row, and makes it durable.</summary>
    public void Add(EvaluationRun run)
    {
        // The checkpoint row is of the newest one; an older one's figures are replaced.
        _runs.RemoveAll(r => r.Part == run.Part && (r.Seed == run.Seed || r.Checkpoint != run.Checkpoint));
        _runs.Add(run);
        Write();
    }

    private void Write()
    {
        var beside = $"{_path}.new";
        using (var file = new FileStream(beside, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, Report, Json);
            file.WriteByte((byte)'\n');
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, _path, overwrite: true);
    }

    private static EvaluationReport Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return file.Length <= MostBytes && JsonSerializer.Deserialize<EvaluationReport>(file, Json) is { } report
                ? report
                : throw new UsageException($"{path} is no report of evaluate. Name another --report, or delete it.");
        }
        catch (JsonException broken)
        {
            throw new UsageException($"{path} is no report of evaluate ({broken.Message}). Name another --report, or delete it.");
        }
    }
}
