using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>The two questions that probe and admin both ask.</summary>
internal static class ClusterQueries
{
    // Base64 of 16 zero bytes: what a broker without topic ids answers.
    private const string NoTopicId = "AAAAAAAAAAAAAAAAAAAAAA";

    /// <summary>Every topic, by name.</summary>
    /// <exception cref="KafkaException">No answer within <paramref name="timeout"/>.</exception>
    internal static async Task<IReadOnlyList<TopicInfo>> TopicsAsync(IAdminClient admin, TimeSpan timeout, CancellationToken cancel)
    {
        // The client has no asynchronous form; cancelling must not free the client under a running call, so it is waited for.
        var metadata = await Task.Run(() => admin.GetMetadata(timeout), CancellationToken.None).ConfigureAwait(false);
        cancel.ThrowIfCancellationRequested();
        var names = metadata.Topics.Select(topic => topic.Topic).Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
        {
            return [];
        }

        var described = await DescribeAsync(admin, names, timeout).ConfigureAwait(false);
        return described.OrderBy(topic => topic.Name, StringComparer.Ordinal).ToArray();
    }

    private static async Task<IEnumerable<TopicInfo>> DescribeAsync(IAdminClient admin, IReadOnlyList<string> names, TimeSpan timeout)
    {
        IEnumerable<TopicDescription> descriptions;
        try
        {
            var options = new DescribeTopicsOptions { RequestTimeout = timeout };
            descriptions = (await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(names), options).ConfigureAwait(false)).TopicDescriptions;
        }
        catch (DescribeTopicsException e) when (e.Error.Code == ErrorCode.Local_Partial)
        {
            // One was deleted between the two questions, or is hidden by an ACL: the others are what there is.
            descriptions = e.Results.TopicDescriptions.Where(topic => !topic.Error.IsError);
        }

        return descriptions.Select(topic => new TopicInfo(topic.Name, topic.Partitions.Count, topic.Partitions.FirstOrDefault()?.Replicas.Count ?? 0,
            IdOf(topic), topic.IsInternal));
    }

    private static string? IdOf(TopicDescription topic) => topic.TopicId?.ToString() is { } id && id != NoTopicId ? id : null;
}
