using System.Numerics.Tensors;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>
/// Multinomial logistic regression by full-batch Adam (Kingma and Ba 2015, arXiv:1412.6980, algorithm 1), from zero weights:
///   minimise mean_n( LSE_c(w_c·x_n + b_c) - (w_y·x_n + b_y) ) + decay/2 sum w².
/// Blocks of samples go to all cores; their gradients are added in the blocks' order, so the result is the same on any number of cores.
/// </summary>
internal sealed class SoftmaxRegression
{
    private const int BlockSamples = 512;
    private const double FirstMoment = 0.9;
    private const double SecondMoment = 0.999;
    private const double Epsilon = 1e-8;

    private readonly int _classes;
    private readonly int _dimension;
    private readonly float[] _parameters; // [classes x (dimension + 1)], the bias last in each row

    private SoftmaxRegression(int classes, int dimension)
    {
        _classes = classes;
        _dimension = dimension;
        _parameters = new float[classes * (dimension + 1)];
    }

    /// <summary>Weights and bias of each class, [classes x (dimension + 1)].</summary>
    public ReadOnlySpan<float> Parameters => _parameters;

    public static SoftmaxRegression Fit(
        FeatureColumns samples, int classes, LinearProbeSettings settings, double weightDecay, CancellationToken cancellation)
    {
        var model = new SoftmaxRegression(classes, samples.Dimension);
        Block[] blocks = Block.Split(samples.Count, model._parameters.Length, classes);
        var gradient = new double[model._parameters.Length];
        var first = new double[gradient.Length];
        var second = new double[gradient.Length];
        var options = new ParallelOptions { CancellationToken = cancellation };
        for (int step = 1; step <= settings.Iterations; step++)
        {
            if (blocks.Length == 1)
            {
                // A few labels make one block: waking other threads 500 times would cost more than the work.
                cancellation.ThrowIfCancellationRequested();
                model.Accumulate(samples, blocks[0]);
            }
            else
            {
                Parallel.For(0, blocks.Length, options, i => model.Accumulate(samples, blocks[i]));
            }

            model.Sum(blocks, samples.Count, weightDecay, gradient);
            double rate = settings.LearningRate * 0.5 * (1 + Math.Cos(Math.PI * (step - 1) / settings.Iterations));
            model.Update(gradient, first, second, step, rate);
        }

        return model;
    }

    /// <summary>Share of samples given their own class; the lower class of equal scores.</summary>
    public double Accuracy(FeatureColumns samples)
    {
        Block[] blocks = Block.Split(samples.Count, 0, _classes);
        int correct = 0;
        Span<double> scores = new double[_classes];
        foreach (Block block in blocks)
        {
            Logits(samples, block);
            for (int n = 0; n < block.Count; n++)
            {
                for (int c = 0; c < _classes; c++)
                {
                    scores[c] = block.Row(c)[n];
                }

                correct += NeighbourVote.Winner(scores) == samples.Classes[block.First + n] ? 1 : 0;
            }
        }

        return (double)correct / samples.Count;
    }

    private void Logits(FeatureColumns samples, Block block)
    {
        for (int c = 0; c < _classes; c++)
        {
            Span<float> row = block.Row(c);
            ReadOnlySpan<float> weights = _parameters.AsSpan(c * (_dimension + 1), _dimension + 1);
            row.Fill(weights[_dimension]);
            for (int d = 0; d < _dimension; d++)
            {
                TensorPrimitives.MultiplyAdd(samples.Column(d, block.First, block.Count), weights[d], row, row);
            }
        }
    }

    /// <summary>Gradient of the block's summed loss: (softmax - one-hot) times the features.</summary>
    private void Accumulate(FeatureColumns samples, Block block)
    {
        Logits(samples, block);
        Softmax(block);
        for (int n = 0; n < block.Count; n++)
        {
            block.Row(samples.Classes[block.First + n])[n] -= 1;
        }

        for (int c = 0; c < _classes; c++)
        {
            ReadOnlySpan<float> error = block.Row(c);
            Span<float> gradient = block.Gradient.AsSpan(c * (_dimension + 1), _dimension + 1);
            for (int d = 0; d < _dimension; d++)
            {
                gradient[d] = TensorPrimitives.Dot(error, samples.Column(d, block.First, block.Count));
            }

            gradient[_dimension] = TensorPrimitives.Sum(error);
        }
    }

    private void Softmax(Block block)
    {
        Span<float> largest = block.Scratch;
        block.Row(0).CopyTo(largest);
        for (int c = 1; c < _classes; c++)
        {
            TensorPrimitives.Max(largest, block.Row(c), largest);
        }

        for (int c = 0; c < _classes; c++)
        {
            TensorPrimitives.Subtract(block.Row(c), largest, block.Row(c));
            TensorPrimitives.Exp<float>(block.Row(c), block.Row(c));
        }

        Span<float> sum = block.Scratch;
        sum.Clear();
        for (int c = 0; c < _classes; c++)
        {
            TensorPrimitives.Add(sum, block.Row(c), sum);
        }

        for (int c = 0; c < _classes; c++)
        {
            TensorPrimitives.Divide(block.Row(c), sum, block.Row(c));
        }
    }

    private void Sum(Block[] blocks, int samples, double weightDecay, double[] gradient)
    {
        for (int i = 0; i < gradient.Length; i++)
        {
            double total = 0;
            foreach (Block block in blocks)
            {
                total += block.Gradient[i];
            }

            bool isBias = i % (_dimension + 1) == _dimension;
            gradient[i] = (total / samples) + (isBias ? 0 : weightDecay * _parameters[i]);
        }
    }

    private void Update(double[] gradient, double[] first, double[] second, int step, double rate)
    {
        double firstCorrection = 1 - Math.Pow(FirstMoment, step);
        double secondCorrection = 1 - Math.Pow(SecondMoment, step);
        for (int i = 0; i < gradient.Length; i++)
        {
            first[i] = (FirstMoment * first[i]) + ((1 - FirstMoment) * gradient[i]);
            second[i] = (SecondMoment * second[i]) + ((1 - SecondMoment) * gradient[i] * gradient[i]);
            _parameters[i] -= (float)(rate * (first[i] / firstCorrection) / (Math.Sqrt(second[i] / secondCorrection) + Epsilon));
        }
    }

    /// <summary>Samples [First, First + Count), the scores of each class for them and their share of the gradient.</summary>
    private sealed class Block(int first, int count, int classes, int parameters)
    {
        private readonly float[] _scores = new float[classes * count];
        private readonly float[] _scratch = new float[count];

        public int First => first;

        public int Count => count;

        public float[] Gradient { get; } = new float[parameters];

        public Span<float> Scratch => _scratch;

        public static Block[] Split(int samples, int parameters, int classes) =>
        [
            .. Enumerable.Range(0, (samples + BlockSamples - 1) / BlockSamples)
                .Select(i => new Block(i * BlockSamples, Math.Min(BlockSamples, samples - (i * BlockSamples)), classes, parameters)),
        ];

        public Span<float> Row(int c) => _scores.AsSpan(c * count, count);
    }
}
