using System.Buffers.Binary;
using StreamingContrastive.Learning.Checkpoints;
using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Training;

/// <summary>One file of a saved state while it is being read: every tensor is asked for by name, type and shape, and none may be left over.</summary>
internal sealed class StateFile
{
    private readonly string file;
    private readonly Dictionary<string, HostTensor> tensors = [];
    private readonly HashSet<string> taken = [];

    public StateFile(TrainerState state, string file)
    {
        this.file = file;
        if (!state.Files.TryGetValue(file, out var content))
        {
            throw new TrainerStateException($"The saved state has no file '{file}', only {string.Join(", ", state.Files.Keys)}. It is not a whole checkpoint of this program.");
        }

        foreach (var tensor in content)
        {
            if (!tensors.TryAdd(tensor.Name, tensor))
            {
                throw new TrainerStateException($"File '{file}' of the saved state holds tensor '{tensor.Name}' twice.");
            }
        }
    }

    /// <summary>Whether it holds a tensor of that name.</summary>
    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>Bytes of a tensor that must be there with that type and shape.</summary>
    public ReadOnlySpan<byte> Take(string name, HostTensorType type, IReadOnlyList<long> shape)
    {
        if (!tensors.TryGetValue(name, out var tensor))
        {
            throw new TrainerStateException($"File '{file}' of the saved state has no tensor '{name}'. It was saved with another encoder, optimizer or queue: use the pipeline file it was made with, or start without it.");
        }

        taken.Add(name);
        var bytes = shape.Aggregate((long)HostTensorCodec.ElementSize(type), (product, size) => product * size);
        if (tensor.Type != type || !tensor.Shape.SequenceEqual(shape) || tensor.Data.LongLength != bytes)
        {
            throw new TrainerStateException(
                $"Tensor '{name}' in file '{file}' of the saved state is {tensor.Type} [{string.Join(", ", tensor.Shape)}] of {tensor.Data.LongLength} bytes, but this pipeline needs {type} [{string.Join(", ", shape)}] of {bytes} bytes. Use the pipeline file it was made with, or start without it.");
        }

        return tensor.Data;
    }

    public long TakeScalar(string name, long least, long most)
    {
        var value = BinaryPrimitives.ReadInt64LittleEndian(Take(name, HostTensorType.I64, []));
        return value >= least && value <= most ? value : throw new TrainerStateException(
            $"'{name}' in file '{file}' of the saved state is {value}; {least} to {most} is allowed here.");
    }

    /// <summary>A tensor on the host, owned by the current dispose scope.</summary>
    public Tensor TakeTensor(string name, ScalarType dtype, params long[] shape)
    {
        var host = empty(shape, dtype);
        Take(name, HostTensorCodec.TypeOf(dtype), shape).CopyTo(host.bytes);
        return host;
    }

    /// <summary>Refuses tensors that nobody asked for.</summary>
    public void RequireNoOthers()
    {
        if (tensors.Keys.FirstOrDefault(name => !taken.Contains(name)) is { } extra)
        {
            throw new TrainerStateException($"File '{file}' of the saved state holds tensor '{extra}', which this pipeline does not have. It was saved with another encoder or optimizer: use the pipeline file it was made with.");
        }
    }
}
