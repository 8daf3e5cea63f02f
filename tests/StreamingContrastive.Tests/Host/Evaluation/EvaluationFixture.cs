using System.Buffers.Binary;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Host.Commands;
using StreamingContrastive.Host.Configuration;
using StreamingContrastive.Host.Datasets;
using StreamingContrastive.Host.Evaluation;
using StreamingContrastive.Pipeline.Configuration;

namespace StreamingContrastive.Tests.Host.Evaluation;

/// <summary>A data set of a few hundred of the bundled pictures in a directory of its own, and evaluations on it that take seconds.</summary>
internal sealed class EvaluationFixture : IDisposable
{
    public const int TrainCount = 200;

    private static readonly Lazy<FashionMnistDataset> Bundled = new(FashionMnistDataset.Bundled);

    private readonly string _directory = Directory.CreateTempSubdirectory("evaluation-").FullName;

    public EvaluationFixture(int firstTestPicture = 0)
    {
        Write("train", Bundled.Value.Stream, 0, TrainCount);
        Write("t10k", Bundled.Value.HeldOut, firstTestPicture, 60);
    }

    public string Data => _directory;

    public string Report => Path.Combine(_directory, "report.json");

    public StringWriter Out { get; } = new();

    public StringWriter Error { get; } = new();

    public ProgramContext Context(TextWriter? output = null) =>
        new(output ?? Out, Error, new Dictionary<string, string>(), PipelineFiles.OfThisProcess(), new FakeTimeProvider());

    public EvaluationRequest Request(params EvaluationPart[] parts) => new(Options, Report, Data, parts, Seeds: null, Steps: 10, EvaluationSplit.Test, BankRows: null, LabelShare: 1);

    public Task<int> RunAsync(EvaluationRequest request, TextWriter? output = null, CancellationToken? cancellation = null) =>
        new EvaluationRunner().RunAsync(request, Context(output), cancellation ?? TestContext.Current.CancellationToken);

    public PipelineOptions Options
    {
        get
        {
            var options = PipelineConfiguration.Load(new ConfigurationRequest("fashion-mnist", new Dictionary<string, string>(), []) { Connects = false }, PipelineFiles.OfThisProcess()).Options;
            return options with
            {
                Encoder = options.Encoder with { Width = 4, ProjectionDimension = 16 },
                Training = options.Training with { BatchSize = 16, Threads = 2, Device = "cpu", WarmupSteps = 5 },
                Objective = options.Objective with { QueueCapacityRows = 64 },
                Checkpoint = options.Checkpoint with { Directory = Path.Combine(_directory, "state") },
            };
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private void Write(string part, LabelledPictures pictures, int start, int count)
    {
        var slice = pictures.Slice(part, start, count);
        WriteIdx($"{part}-images-idx3-ubyte", [count, slice.Shape.Height, slice.Shape.Width], slice.Pixels.ToArray());
        WriteIdx($"{part}-labels-idx1-ubyte", [count], Array.ConvertAll(slice.Labels.ToArray(), label => (byte)label));
    }

    private void WriteIdx(string name, int[] dimensions, byte[] content)
    {
        using var file = File.Create(Path.Combine(_directory, name));
        file.Write([0, 0, 8, (byte)dimensions.Length]);
        Span<byte> word = stackalloc byte[4];
        foreach (var extent in dimensions)
        {
            BinaryPrimitives.WriteInt32BigEndian(word, extent);
            file.Write(word);
        }

        file.Write(content);
    }
}

/// <summary>Output that stops whoever writes a line with a certain text to it.</summary>
internal sealed class StoppingWriter(string at, CancellationTokenSource stop) : StringWriter
{
    public override Encoding Encoding => Encoding.UTF8;

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.Contains(at, StringComparison.Ordinal) == true)
        {
            stop.Cancel();
        }
    }
}
