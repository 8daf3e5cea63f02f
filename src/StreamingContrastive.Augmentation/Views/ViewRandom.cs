namespace StreamingContrastive.Augmentation.Views;

/// <summary>
/// Random numbers of one step of one view: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014; constants of Stafford's variant 13) started at a mix of every field of <see cref="ViewIdentity"/> and the step.
/// Integer arithmetic only, so a stream is the same everywhere and for ever; its numbers are pinned by a test.
/// </summary>
internal struct ViewRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    /// <summary>The stream of one step.</summary>
    /// <param name="viewKey">From <see cref="KeyOf"/>.</param>
    /// <param name="step">The step.</param>
    public ViewRandom(ulong viewKey, ViewStep step) => _state = Absorb(viewKey, (ulong)step);

    /// <summary>One 64-bit key from all fields of an identity; computed once per view.</summary>
    public static ulong KeyOf(in ViewIdentity identity)
    {
        ulong key = Absorb(0, identity.Seed);
        key = Absorb(key, identity.TopicHash);
        key = Absorb(key, (uint)identity.Partition);
        key = Absorb(key, (ulong)identity.Offset);
        key = Absorb(key, (uint)identity.View);
        return Absorb(key, (uint)identity.Pass);
    }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextBits()
    {
        _state += Golden;
        return Mix(_state);
    }

    /// <summary>Uniform in [0, 1), 53 bits.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [low, high); <paramref name="low"/> where both are equal.</summary>
    public double NextBetween(double low, double high) => low + ((high - low) * NextDouble());

    /// <summary>Uniform in 0..count-1. The multiply-shift bias is below 2^-32 for every 32-bit count: not worth a retry loop.</summary>
    public int NextBelow(int count) => (int)Math.BigMul(NextBits(), (ulong)count, out _);

    /// <summary>True with a probability of 0..1; always draws exactly once.</summary>
    public bool NextChance(double probability) => NextDouble() < probability;

    // Each absorbed word passes the full mixer before the next, so fields cannot cancel each other as a plain XOR would let them.
    private static ulong Absorb(ulong key, ulong word) => Mix((key ^ word) + Golden);

    private static ulong Mix(ulong word)
    {
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
        return word ^ (word >> 31);
    }
}
