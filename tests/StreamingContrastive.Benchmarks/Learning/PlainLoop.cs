using StreamingContrastive.Learning.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamingContrastive.Benchmarks.Learning;

/// <summary>
/// The operations of one trainer step called plainly in TorchSharp: modules, torch.optim.AdamW, an EMA loop over parameters, a queue
/// with own-key mask, cross-entropy over [positive | negatives], and the published snapshot's forward with the copy to the host.
/// </summary>
internal sealed class PlainLoop : IDisposable
{
    private const double Temperature = 0.1;
    private const double Momentum = 0.99;

    private readonly PlainNetwork query = new(16, 128);
    private readonly PlainNetwork key = new(16, 128);
    private readonly PlainNetwork published = new(16, 128);
    private readonly optim.Optimizer optimizer;
    private readonly Tensor queue;
    private readonly Tensor ids;
    private readonly float[] embeddings;
    private long next;

    public PlainLoop(int batch, int capacity)
    {
        key.load_state_dict(query.state_dict());
        published.load_state_dict(query.state_dict());
        published.eval();
        optimizer = optim.AdamW(query.parameters(), lr: 0.002, weight_decay: 1e-4);
        queue = nn.functional.normalize(randn(capacity, 128));
        ids = full(capacity, -1L, dtype: ScalarType.Int64);
        embeddings = new float[batch * 64];
    }

    public void Step(TrainingBatch batch)
    {
        using var scope = NewDisposeScope();
        var q = query.call(Pixels(batch.Query, batch.Count));
        Tensor k;
        using (no_grad())
        {
            foreach (var (slow, fast) in key.parameters().Zip(query.parameters()))
            {
                slow.mul_(Momentum).add_(fast, 1 - Momentum);
            }

            k = key.call(Pixels(batch.Key, batch.Count));
        }

        var records = frombuffer(batch.RecordIds, ScalarType.Int64, batch.Count);
        var negatives = q.matmul(queue.t()).masked_fill(records.unsqueeze(1).eq(ids.unsqueeze(0)), double.NegativeInfinity);
        var logits = cat([(q * k).sum(1, keepdim: true), negatives], 1) / Temperature;
        var loss = nn.functional.cross_entropy(logits, zeros(batch.Count, ScalarType.Int64));
        optimizer.zero_grad();
        loss.backward();
        optimizer.step();
        using (no_grad())
        {
            queue.narrow(0, next, batch.Count).copy_(k);
            ids.narrow(0, next, batch.Count).copy_(records);
            next = (next + batch.Count) % queue.shape[0]; // the batch divides the queue here
            published.Features(Pixels(batch.Clean, batch.Count)).data<float>().CopyTo(embeddings);
        }
    }

    public void Dispose()
    {
        optimizer.Dispose();
        foreach (var module in (IDisposable[])[query, key, published, queue, ids])
        {
            module.Dispose();
        }
    }

    // [N, 28, 28, 1] bytes -> [N, 1, 28, 28] float, channels last
    private static Tensor Pixels(byte[] view, int count) =>
        frombuffer(view, ScalarType.Byte, count * 784L).view(count, 28, 28, 1).permute(0, 3, 1, 2).to(ScalarType.Float32).mul_(4 / 255.0).sub_(2);
}
