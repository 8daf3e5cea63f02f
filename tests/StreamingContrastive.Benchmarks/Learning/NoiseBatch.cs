using StreamingContrastive.Learning.Training;

namespace StreamingContrastive.Benchmarks.Learning;

/// <summary>A batch of 28x28 noise. Every step renumbers its records, as a stream does: own keys are looked for but not found.</summary>
internal static class NoiseBatch
{
    public static TrainingBatch Create(int size)
    {
        var batch = new TrainingBatch(size, 784) { Count = size };
        var random = new Random(1);
        random.NextBytes(batch.Query);
        random.NextBytes(batch.Key);
        random.NextBytes(batch.Clean);
        for (var i = 0; i < size; i++)
        {
            (batch.RecordIds[i], batch.InputHashes[i], batch.Labels[i]) = (i, random.NextInt64(), i % 10);
        }

        return batch;
    }

    public static TrainingBatch Renumber(TrainingBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            batch.RecordIds[i] += batch.Capacity;
        }

        return batch;
    }
}
