using StreamingContrastive.Learning.Encoders.Text;

namespace StreamingContrastive.Tests.Learning.Encoders.Text;

/// <summary>Both backbones in loops over doubles, a text at a time, written from the papers' formulas. No tensors beyond reading parameters.</summary>
internal static class ReferenceTextEncoder
{
    public static double[] Encode(TextCase c, long[] ids) => c.Options.Architecture == TextArchitecture.Bag ? Bag(c, ids) : Transformer(c, ids);

    private static int Row(TextCase c, long id) => (int)(1 + (((id & int.MaxValue) - 1) % (c.Options.Buckets - 1)));

    private static double[] Bag(TextCase c, long[] ids)
    {
        var table = c.Parameter("embeddings.weight");
        var (x, count) = (new double[c.Options.Dimension], 0);
        foreach (var id in ids.Where(id => id != 0))
        {
            count++;
            for (var d = 0; d < x.Length; d++)
            {
                x[d] += table[Row(c, id), d] * Math.Sqrt(x.Length);
            }
        }

        x = [.. x.Select(v => v / Math.Max(1, count))];
        for (var layer = 0; layer < c.Options.Depth; layer++)
        {
            var y = Linear(c, $"layers.{layer}", x);
            x = [.. x.Zip(y, (a, b) => a + Math.Max(0, b))];
        }

        return x;
    }

    private static double[] Transformer(TextCase c, long[] ids)
    {
        var table = c.Parameter("embeddings.weight");
        var words = new List<double[]>();
        foreach (var id in ids.Where(id => id != 0))
        {
            if (id < 0)
            {
                words.Add(new double[c.Options.Dimension]);
            }

            for (var d = 0; d < c.Options.Dimension; d++)
            {
                words[^1][d] += table[Row(c, id), d] * Math.Sqrt(c.Options.Dimension);
            }
        }

        var x = words.Select(w => Norm(c, "embeddings.norm", w)).ToArray();
        for (var w = 0; w < x.Length; w++)
        {
            for (var d = 0; d < c.Options.Dimension; d++)
            {
                var angle = w / Math.Pow(10000, (double)(d / 2 * 2) / c.Options.Dimension);
                x[w][d] += d % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle);
            }
        }

        for (var layer = 0; layer < c.Options.Depth; layer++)
        {
            x = Block(c, $"layers.{layer}", x);
        }

        x = [.. x.Select(w => Norm(c, "norm", w))];
        return [.. Enumerable.Range(0, c.Options.Dimension).Select(d => x.Average(w => w[d]))];
    }

    private static double[][] Block(TextCase c, string name, double[][] x)
    {
        var (size, per) = (c.Options.Dimension, c.Options.Dimension / c.Options.Heads);
        var all = x.Select(w => Linear(c, $"{name}.self_attn.in_proj_weight", $"{name}.self_attn.in_proj_bias", Norm(c, $"{name}.norm1", w))).ToArray();
        var mixed = x.Select(_ => new double[size]).ToArray();
        for (var head = 0; head < c.Options.Heads; head++)
        {
            for (var i = 0; i < x.Length; i++)
            {
                var scores = new double[x.Length];
                for (var j = 0; j < x.Length; j++)
                {
                    for (var d = 0; d < per; d++)
                    {
                        scores[j] += all[i][(head * per) + d] * all[j][size + (head * per) + d] / Math.Sqrt(per);
                    }
                }

                var sum = scores.Sum(Math.Exp);
                for (var j = 0; j < x.Length; j++)
                {
                    for (var d = 0; d < per; d++)
                    {
                        mixed[i][(head * per) + d] += Math.Exp(scores[j]) / sum * all[j][(2 * size) + (head * per) + d];
                    }
                }
            }
        }

        x = [.. x.Zip(mixed, (w, m) => Add(w, Linear(c, $"{name}.self_attn.out_proj", m)))];
        return [.. x.Select(w => Add(w, Linear(c, $"{name}.linear2", [.. Linear(c, $"{name}.linear1", Norm(c, $"{name}.norm2", w)).Select(Gelu)])))];
    }

    private static double[] Add(double[] a, double[] b) => [.. a.Zip(b, (x, y) => x + y)];

    private static double Gelu(double x) => x * 0.5 * (1 + Erf(x / Math.Sqrt(2)));

    // The Maclaurin series: exact to rounding for the small values of these tests.
    private static double Erf(double x)
    {
        var (sum, term) = (0.0, x);
        for (var n = 0; n < 200; n++)
        {
            sum += term / ((2 * n) + 1);
            term *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private static double[] Norm(TextCase c, string name, double[] x)
    {
        var (scale, shift) = (c.Parameter($"{name}.weight"), c.Parameter($"{name}.bias"));
        var mean = x.Average();
        var deviation = Math.Sqrt(x.Average(v => (v - mean) * (v - mean)) + 1e-5);
        return [.. x.Select((v, d) => ((v - mean) / deviation * scale[0, d]) + shift[0, d])];
    }

    private static double[] Linear(TextCase c, string name, double[] x) => Linear(c, $"{name}.weight", $"{name}.bias", x);

    private static double[] Linear(TextCase c, string weightName, string biasName, double[] x)
    {
        var (weight, bias) = (c.Parameter(weightName), c.Parameter(biasName));
        var y = new double[weight.GetLength(0)];
        for (var o = 0; o < y.Length; o++)
        {
            y[o] = bias[0, o];
            for (var i = 0; i < x.Length; i++)
            {
                y[o] += weight[o, i] * x[i];
            }
        }

        return y;
    }
}
