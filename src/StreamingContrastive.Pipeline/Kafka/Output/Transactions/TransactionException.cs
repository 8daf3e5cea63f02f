namespace StreamingContrastive.Pipeline.Kafka.Output.Transactions;

/// <summary>What may be done after a failed call.</summary>
internal enum TransactionFault
{
    /// <summary>The same call again.</summary>
    Retriable,

    /// <summary>Abort, then the same records in a new transaction.</summary>
    Abortable,

    /// <summary>Abort; the same records would be refused again, so the pipeline stops.</summary>
    Refused,

    /// <summary>Nothing more with this client: the process has to end.</summary>
    Fatal,

    /// <summary>A newer producer has taken the transactional.id: nothing more with this client.</summary>
    Fenced,

    /// <summary>The brokers have no transactions, or this user may not use them.</summary>
    Unavailable,

    /// <summary>The call has not returned: nothing more with this client, not even its disposal.</summary>
    Stalled,
}

/// <summary>A transaction's call failed; the text says which one, why, and what follows.</summary>
internal sealed class TransactionException : Exception
{
    /// <param name="call">The client's call.</param>
    /// <param name="fault">What may be done next.</param>
    /// <param name="message">What happened and what to do.</param>
    /// <param name="cause">The client's exception, if there was one.</param>
    public TransactionException(string call, TransactionFault fault, string message, Exception? cause = null)
        : base(message, cause) =>
        (Call, Fault) = (call, fault);

    /// <summary>The client's call.</summary>
    public string Call { get; }

    /// <summary>What may be done next.</summary>
    public TransactionFault Fault { get; }
}
