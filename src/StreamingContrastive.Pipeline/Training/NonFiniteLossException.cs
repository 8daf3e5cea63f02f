using System.Globalization;

namespace StreamingContrastive.Pipeline.Training;

/// <summary>The loss is NaN or infinite: nothing that was computed since the last durable checkpoint may be kept.</summary>
public sealed class NonFiniteLossException : Exception
{
    /// <summary>Creates the exception.</summary>
    public NonFiniteLossException(long step)
        : base(string.Create(CultureInfo.InvariantCulture, $"The loss at step {step} is NaN or infinite. The pipeline stops; the last durable checkpoint is whole. Lower training:learningRate, or raise objective:temperature, and start again."))
    {
    }

    /// <summary>Creates the exception.</summary>
    public NonFiniteLossException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with its cause.</summary>
    public NonFiniteLossException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception without words.</summary>
    public NonFiniteLossException()
    {
    }
}
