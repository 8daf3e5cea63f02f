using System.Globalization;
using StreamingContrastive.Contracts;
using StreamingContrastive.Contracts.Client;

namespace StreamingContrastive.Host.Commands.Tail;

/// <summary>Lines of NAME.models.</summary>
internal sealed class ModelLines : MessageLines
{
    /// <inheritdoc />
    public override string TopicOf(TopicNames names) => names.Models;

    /// <inheritdoc />
    public override string Text(ReceivedMessage message)
    {
        var model = ModelAnnouncementCodec.Decode(message.Value, message.Headers);
        var created = DateTimeOffset.FromUnixTimeMilliseconds(model.CreatedUnixMs).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        return FormattableString.Invariant(
            $"model {model.Version}  epoch {model.LineageEpoch} step {model.Step}  {model.Dimension} values in space {model.SpaceId}  checkpoint {model.Checkpoint} after {model.Parent ?? "nothing"}  at {created}");
    }

    /// <inheritdoc />
    protected override byte[]? JsonValue(ReceivedMessage message)
    {
        var model = ModelAnnouncementCodec.Decode(message.Value, message.Headers);
        return new ModelAnnouncementCodec(model.Pipeline, WireFormat.Json).Encode(model).Value;
    }
}
