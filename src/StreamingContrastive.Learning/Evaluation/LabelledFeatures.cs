using System.Numerics.Tensors;

namespace StreamingContrastive.Learning.Evaluation;

/// <summary>Feature vectors with the class of each: what kNN and the linear probe judge. Checked once, here; the arrays are borrowed, never changed.</summary>
public sealed class LabelledFeatures
{
    /// <summary>Pairs rows of features with their classes.</summary>
    /// <param name="values">Features, row-major [Count x Dimension], finite.</param>
    /// <param name="labels">Class of each row, at least 0; its length is the number of rows.</param>
    /// <exception cref="ArgumentException">There is no row, the lengths do not fit, a value is not finite or a label is negative.</exception>
    public LabelledFeatures(float[] values, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.Length == 0 || values.Length == 0)
        {
            throw new ArgumentException($"There are {labels.Length} labels and {values.Length} feature values: an evaluation needs at least one labelled row.");
        }

        if (values.Length % labels.Length != 0)
        {
            throw new ArgumentException(
                $"{values.Length} feature values do not divide into {labels.Length} rows, one for each label: pass exactly labels x dimension values.");
        }

        Values = values;
        Labels = labels;
        Dimension = values.Length / labels.Length;
        RequireFinite();
        int unlabelled = Array.FindIndex(labels, label => label < 0);
        if (unlabelled >= 0)
        {
            throw new ArgumentException($"Row {unlabelled} has the label {labels[unlabelled]}: classes are 0 or more. Leave unlabelled rows (-1) out.");
        }
    }

    /// <summary>Features, row-major [Count x Dimension].</summary>
    public float[] Values { get; }

    /// <summary>Class of each row.</summary>
    public int[] Labels { get; }

    /// <summary>Rows.</summary>
    public int Count => Labels.Length;

    /// <summary>Values of one row.</summary>
    public int Dimension { get; }

    /// <summary>Refuses two sets whose rows cannot be compared.</summary>
    internal void RequireSameDimension(LabelledFeatures other)
    {
        if (other.Dimension != Dimension)
        {
            throw new ArgumentException(
                $"One set has {Dimension} values a row, the other {other.Dimension}: features of different encoders must not be compared.");
        }
    }

    private void RequireFinite()
    {
        for (int row = 0; row < Count; row++)
        {
            if (!TensorPrimitives.IsFiniteAll<float>(Values.AsSpan(row * Dimension, Dimension)))
            {
                throw new ArgumentException($"Row {row} holds a value that is not finite: the encoder that made it has diverged, so no accuracy means anything.");
            }
        }
    }
}
