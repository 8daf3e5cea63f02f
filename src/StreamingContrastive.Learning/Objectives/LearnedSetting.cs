using static TorchSharp.torch;

namespace StreamingContrastive.Learning.Objectives;

/// <summary>What the learned parts of an objective must know before their first step: their tensors exist from the start, so that a checkpoint can be read into them.</summary>
/// <param name="Parts">Names of the parts (modalities) of a record.</param>
/// <param name="Dimension">d of the keys; all parts live in one space.</param>
/// <param name="Type">Type of the keys.</param>
/// <param name="Device">Where they are.</param>
/// <param name="Seed">Of first values and draws.</param>
internal sealed record LearnedSetting(IReadOnlyList<string> Parts, int Dimension, ScalarType Type, Device Device, ulong Seed);
