using System.Runtime.Serialization;

namespace StreamingContrastive.Pipeline.Cluster.Serialization;

/// <summary>
/// A message between nodes is not what the contract says. Remoting logs it and drops the message; the association lives on, and the protocol
/// between ingest and trainer says again whatever mattered.
/// </summary>
#pragma warning disable CA1032 // Nobody throws it without words.
internal sealed class ClusterMessageException(string message, Exception? inner = null) : SerializationException(message, inner);
#pragma warning restore CA1032
