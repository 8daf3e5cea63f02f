using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Momentum;

/// <summary>
/// Shuffle-BN (He et al. 2020, arXiv 1911.05722, section 3.3): the key batch is permuted, encoded and put back in order, so that a key is
/// normalised among other rows than its query, and the statistics of a part cannot give the pair away. Only split BatchNorm needs it.
/// The permutation is a pure function of seed and step: a resumed run draws the same ones, and there is nothing to save.
/// </summary>
internal static class KeyShuffle
{
    private const ulong Increment = 0x9E3779B97F4A7C15;

    /// <summary>A permutation of 0..count-1, uniform over seeds and steps (Fisher-Yates).</summary>
    public static long[] Permutation(ulong seed, long step, int count)
    {
        long[] order = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        var state = Mix(seed) ^ Mix(unchecked((ulong)step + Increment));
        for (var i = count - 1; i > 0; i--)
        {
            state = unchecked(state + Increment);
            // The high half of draw x bound: off from uniform by less than count / 2^64.
            var j = (int)Math.BigMul(Mix(state), (ulong)(i + 1), out _);
            (order[i], order[j]) = (order[j], order[i]);
        }

        return order;
    }

    /// <summary>Encodes the rows of x [N, C, H, W] in permuted order; row i of the result [N, d] belongs to row i of x.</summary>
    public static Tensor Around(Tensor x, long[] permutation, Func<Tensor, Tensor> encode)
    {
        using var scope = NewDisposeScope();
        var back = new long[permutation.Length];
        for (var i = 0; i < permutation.Length; i++)
        {
            back[permutation[i]] = i;
        }

        // Rows are picked in channels-last order, which a selection on the permuted view would lose.
        var shuffled = x.permute(0, 2, 3, 1).index_select(0, tensor(permutation, device: x.device)).permute(0, 3, 1, 2); // [N, C, H, W]
        return encode(shuffled).index_select(0, tensor(back, device: x.device)).MoveToOuterDisposeScope();
    }

    // The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
