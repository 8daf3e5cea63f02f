namespace StreamingContrastive.Host.Web.Feed;

/// <summary>
/// The whole run in a bounded number of points: when it is full, neighbours are merged into their mean and every later point stands for
/// twice as long. A value that was not measured is NaN, and counts for nothing in a mean.
/// </summary>
internal sealed class History
{
    private readonly int _capacity;
    private readonly List<double[]> _points;
    private readonly double[] _sums;
    private readonly int[] _counts;
    private int _collected;
    private int _stride = 1;

    /// <param name="columns">Values of a point.</param>
    /// <param name="capacity">Most points; even.</param>
    public History(int columns, int capacity)
    {
        _capacity = capacity;
        _points = new List<double[]>(capacity);
        (_sums, _counts) = (new double[columns], new int[columns]);
    }

    /// <summary>The points, oldest first.</summary>
    public IReadOnlyList<double[]> Points => _points;

    /// <summary>Adds a point.</summary>
    public void Add(ReadOnlySpan<double> values)
    {
        Collect(values);
        if (++_collected < _stride)
        {
            return;
        }

        if (_points.Count == _capacity)
        {
            Halve();
            if (_collected < _stride)
            {
                return;
            }
        }

        _points.Add(TakeMean());
        _collected = 0;
    }

    private void Collect(ReadOnlySpan<double> values)
    {
        for (var column = 0; column < values.Length; column++)
        {
            if (double.IsFinite(values[column]))
            {
                _sums[column] += values[column];
                _counts[column]++;
            }
        }
    }

    private double[] TakeMean()
    {
        var mean = new double[_sums.Length];
        for (var column = 0; column < mean.Length; column++)
        {
            mean[column] = _counts[column] == 0 ? double.NaN : _sums[column] / _counts[column];
        }

        Array.Clear(_sums);
        Array.Clear(_counts);
        return mean;
    }

    private void Halve()
    {
        for (var i = 0; i < _capacity / 2; i++)
        {
            _points[i] = Mean(_points[2 * i], _points[(2 * i) + 1]);
        }

        _points.RemoveRange(_capacity / 2, _capacity - (_capacity / 2));
        _stride *= 2;
    }

    private static double[] Mean(double[] first, double[] second) =>
        [.. first.Zip(second, (a, b) => double.IsNaN(a) ? b : double.IsNaN(b) ? a : (a + b) / 2)];
}
