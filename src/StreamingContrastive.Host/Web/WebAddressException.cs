namespace StreamingContrastive.Host.Web;

/// <summary>The dashboard cannot listen where it should.</summary>
internal sealed class WebAddressException(WebAddress address, bool isInUse, Exception cause) // The cause is not kept: its text says the same in more words.
    : Exception(isInUse
        ? $"{address} is in use by another program (is another pipeline running?). --web {new WebAddress(address.Address, 0)} takes a free port and says which, --web off does without."
        : $"this machine cannot listen at {address}: {cause.Message.TrimEnd('.')}. Name an address of this machine with --web, or --web off.");
