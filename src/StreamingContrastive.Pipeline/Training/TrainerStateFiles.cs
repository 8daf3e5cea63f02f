using System.Globalization;
using StreamingContrastive.Learning.Checkpoints;
using StreamingContrastive.Learning.Training;
using StreamingContrastive.Pipeline.Checkpoints;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>A trainer's state as the safetensors files of a checkpoint: query, key, optimizer, queue.</summary>
internal static class TrainerStateFiles
{
    private const string Extension = ".safetensors";
    private const string StepKey = "step";
    private const string SpaceKey = "space_id";

    /// <summary>The files, written from the state's own copy whenever the writer gets to it.</summary>
    public static IReadOnlyList<CheckpointFile> Write(TrainerState state)
    {
        var metadata = new Dictionary<string, string>
        {
            [StepKey] = state.Step.ToString(CultureInfo.InvariantCulture),
            [SpaceKey] = state.SpaceId,
        };
        return [.. state.Files.Select(f => new CheckpointFile(f.Key + Extension, stream => SafetensorsFile.Write(stream, f.Value, metadata)))];
    }

    /// <summary>Reads the state of a verified checkpoint.</summary>
    public static TrainerState Read(LoadedCheckpoint checkpoint)
    {
        var files = new Dictionary<string, IReadOnlyList<HostTensor>>();
        foreach (var file in checkpoint.Manifest.Files.Where(f => f.Name.EndsWith(Extension, StringComparison.Ordinal)))
        {
            using var stream = checkpoint.OpenRead(file.Name);
            files[file.Name[..^Extension.Length]] = SafetensorsFile.Read(stream, file.Bytes).Tensors;
        }

        return new TrainerState(checkpoint.Manifest.Step, checkpoint.Manifest.SpaceId, files);
    }
}
