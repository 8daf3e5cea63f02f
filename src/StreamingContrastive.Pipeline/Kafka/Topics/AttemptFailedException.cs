using Confluent.Kafka;

namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>One attempt to reach the brokers failed; another may succeed.</summary>
internal sealed class AttemptFailedException(string reason, ErrorCode code) : Exception(reason)
{
    /// <summary>What a person should look at.</summary>
    internal string Advice { get; } = code switch
    {
        ErrorCode.Local_Resolve =>
            "The host name is not known here: check kafka:bootstrapServers, or, if that name is another one, the broker's advertised.listeners.",
        ErrorCode.Local_Ssl =>
            "TLS failed: check that this port is a TLS listener and that kafka:client:ssl.ca.location names the authority of its certificate.",
        ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed =>
            "The broker refused the credentials: check kafka:client:sasl.mechanism, sasl.username and sasl.password (or sasl.password.file).",
        _ => "Check that a broker listens there (kafka:bootstrapServers) and speaks kafka:client:security.protocol; "
            + "'streaming-contrastive broker --port 9092' starts an embedded one.",
    };
}
