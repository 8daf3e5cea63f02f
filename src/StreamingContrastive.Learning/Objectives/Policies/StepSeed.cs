namespace StreamingContrastive.Learning.Objectives.Policies;

/// <summary>Seeds for draws inside a step: a pure function of pipeline seed, step and name, so that no generator has to be checkpointed.</summary>
internal static class StepSeed
{
    /// <summary>SplitMix64 (Steele et al. 2014) over the three.</summary>
    public static ulong Of(ulong seed, long step, string name)
    {
        var state = Mix(seed) ^ Mix(unchecked((ulong)step + 0x9E3779B97F4A7C15));
        foreach (var letter in name)
        {
            state = Mix(state ^ letter);
        }

        return state;
    }

    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
