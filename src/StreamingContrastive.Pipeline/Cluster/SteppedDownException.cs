namespace StreamingContrastive.Pipeline.Cluster;

/// <summary>Somebody asked the trainer's node to step down, and it has: whoever hosts it starts it again, and it stands by.</summary>
public sealed class SteppedDownException() : Exception("This node stepped down: its last checkpoint is durable and published, and a standby trains. It joins again and stands by.");
