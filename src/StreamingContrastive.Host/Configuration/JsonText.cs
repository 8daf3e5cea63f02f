using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamingContrastive.Host.Configuration;

/// <summary>How this program writes JSON for people.</summary>
internal static class JsonText
{
    /// <summary>Two spaces, line feeds, no escapes beyond what JSON needs: the files are read in editors, not put into web pages.</summary>
    public static JsonSerializerOptions Indented { get; } = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
