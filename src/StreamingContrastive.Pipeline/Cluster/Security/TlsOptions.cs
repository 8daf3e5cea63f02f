using System.ComponentModel.DataAnnotations;

namespace StreamingContrastive.Pipeline.Cluster.Security;

/// <summary>
/// Mutual TLS between the nodes of a cluster. Every node shows a certificate, and trusts those that <see cref="Authority"/> has signed and
/// nothing else: no authority of the operating system. Names in certificates are not compared with addresses, since nodes come and go;
/// whoever holds a certificate of the authority is a node.
/// </summary>
public sealed record TlsOptions
{
    /// <summary>Name of the section in a pipeline file.</summary>
    public const string SectionName = "cluster:tls";

    /// <summary>Environment variable with the password of the certificate's file.</summary>
    public const string PasswordVariable = "STREAMING_CONTRASTIVE_CLUSTER_CERTIFICATE_PASSWORD";

    /// <summary>File with this node's certificate: PEM, or PKCS #12 (.pfx, .p12) with its key.</summary>
    [Required]
    public string Certificate { get; init; } = "";

    /// <summary>PEM file with the certificate's key. Default: it is in the certificate's file.</summary>
    public string? Key { get; init; }

    /// <summary>PEM file with the certificate of the authority that signs the nodes' certificates; several for a change of authority.</summary>
    [Required]
    public string Authority { get; init; } = "";

    /// <summary>
    /// File whose first line is the password of the key or of the PKCS #12 file. Default: the environment variable
    /// <see cref="PasswordVariable"/>, or no password. Never printed.
    /// </summary>
    public string? PasswordFile { get; init; }
}
