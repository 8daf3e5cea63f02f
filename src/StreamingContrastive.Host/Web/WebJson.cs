using System.Text.Json.Serialization;
using StreamingContrastive.Host.Web.Feed;
using StreamingContrastive.Host.Web.Map;

namespace StreamingContrastive.Host.Web;

/// <summary>Everything that the page is told, as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(HeldOutText)])]
[JsonSerializable(typeof(LiveState))]
[JsonSerializable(typeof(Dictionary<string, IReadOnlyList<double?>>))]
[JsonSerializable(typeof(MapView))]
[JsonSerializable(typeof(NeighbourView))]
[JsonSerializable(typeof(ShownStatus))]
internal sealed partial class WebJson : JsonSerializerContext;

/// <summary>The enumeration as its name: a page reads words.</summary>
internal sealed class HeldOutText() : JsonStringEnumConverter<HeldOut>(System.Text.Json.JsonNamingPolicy.CamelCase);
