using System.Diagnostics.Metrics;

namespace StreamingContrastive.Pipeline.Telemetry;

/// <summary>
/// Values that are kept until somebody asks: what is told once in an hour (a version, an epoch) or never yet (a counter of rare events at
/// 0) is seen too by who begins to listen later. Thread-safe.
/// </summary>
internal sealed class KeptValues
{
    private readonly double[] _values;
    private readonly KeyValuePair<string, object?>[] _tags;

    /// <summary>One value without a tag, or one for each value of a tag.</summary>
    /// <param name="initial">The first value; NaN is not shown.</param>
    /// <param name="tag">Name of the tag; null for none.</param>
    /// <param name="tagValues">Its values, by index.</param>
    public KeptValues(double initial, string? tag = null, params ReadOnlySpan<string> tagValues)
    {
        _tags = tag is null ? [] : new KeyValuePair<string, object?>[tagValues.Length];
        for (var i = 0; i < _tags.Length; i++)
        {
            _tags[i] = new KeyValuePair<string, object?>(tag!, tagValues[i]);
        }

        _values = new double[Math.Max(1, _tags.Length)];
        Array.Fill(_values, initial);
    }

    /// <summary>Replaces a value.</summary>
    public void Set(double value, int index = 0) => Volatile.Write(ref _values[index], value);

    /// <summary>Adds to a value.</summary>
    public void Add(double value, int index = 0)
    {
        double before;
        do
        {
            before = Volatile.Read(ref _values[index]);
        }
        while (!Interlocked.CompareExchange(ref _values[index], before + value, before).Equals(before)); // Equals, not ==: NaN is no reason to spin for ever.
    }

    /// <summary>What is known now.</summary>
    public IEnumerable<Measurement<double>> Read()
    {
        for (var i = 0; i < _values.Length; i++)
        {
            var value = Volatile.Read(ref _values[i]);
            if (!double.IsNaN(value))
            {
                yield return _tags.Length == 0 ? new Measurement<double>(value) : new Measurement<double>(value, _tags[i]);
            }
        }
    }
}
