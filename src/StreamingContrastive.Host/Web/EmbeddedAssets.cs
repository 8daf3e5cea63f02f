using System.Collections.Frozen;
using System.Security.Cryptography;

namespace StreamingContrastive.Host.Web;

/// <summary>A file of the page.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Tag">ETag: changes with the content.</param>
internal sealed record WebAsset(byte[] Content, string ContentType, string Tag);

/// <summary>The files of the page, from this assembly: a name that is not among them cannot lead anywhere else.</summary>
internal static class EmbeddedAssets
{
    private const string Prefix = "web/";

    private static readonly Lazy<FrozenDictionary<string, WebAsset>> _all = new(Load);

    /// <summary>By file name.</summary>
    public static FrozenDictionary<string, WebAsset> All => _all.Value;

    private static FrozenDictionary<string, WebAsset> Load()
    {
        var assembly = typeof(EmbeddedAssets).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .ToFrozenDictionary(name => name[Prefix.Length..], name =>
            {
                using var stream = assembly.GetManifestResourceStream(name)!;
                var content = new byte[stream.Length];
                stream.ReadExactly(content);
                return new WebAsset(content, TypeOf(name), $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..16]}\"");
            });
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
}
