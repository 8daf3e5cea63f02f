using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;
using StreamingContrastive.Pipeline.Configuration;
using StreamingContrastive.Pipeline.Kafka.Clients;

namespace StreamingContrastive.Pipeline.Kafka.Topics;

/// <summary>Lists topics and creates those that are missing. Never changes or deletes one. Owns one admin client.</summary>
public sealed class TopicAdmin : IDisposable
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(15);

    private readonly IAdminClient _admin;
    private readonly ILogger _logger;

    /// <summary>Builds the client; no broker is asked yet.</summary>
    /// <param name="options">The kafka section.</param>
    /// <param name="clientId">client.id: the pipeline's name.</param>
    /// <param name="logger">Where outcomes and the client's own messages go.</param>
    /// <param name="clock">Clock of the log filter.</param>
    /// <exception cref="KafkaSettingException">A setting cannot be used.</exception>
    public TopicAdmin(KafkaOptions options, string clientId, ILogger logger, TimeProvider clock)
    {
        _admin = new KafkaClients(options, clientId, logger, clock).Admin();
        _logger = logger;
    }

    /// <summary>Every topic of the cluster, by name.</summary>
    /// <exception cref="KafkaRequestException">No answer within 15 s.</exception>
    public async Task<IReadOnlyList<TopicInfo>> ListAsync(CancellationToken cancel = default)
    {
        try
        {
            return await ClusterQueries.TopicsAsync(_admin, RequestTimeout, cancel).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            throw new KafkaRequestException($"The list of topics could not be read: {e.Error.Reason}.", e);
        }
    }

    /// <summary>
    /// Creates the topics that are missing. On a broker without CreateTopics (the embedded one) it asks for them by name, which creates
    /// them with the broker's own number of partitions, and says so.
    /// </summary>
    /// <returns>One result a topic, in the order given; each is also logged.</returns>
    /// <exception cref="KafkaRequestException">A broker refused a topic, or did not answer within 15 s.</exception>
    public async Task<IReadOnlyList<TopicResult>> EnsureAsync(IEnumerable<TopicSpec> topics, CancellationToken cancel = default)
    {
        var wanted = topics.ToArray();
        var present = (await ListAsync(cancel).ConfigureAwait(false)).ToDictionary(topic => topic.Name, topic => topic.Partitions);
        var missing = wanted.Where(spec => !present.ContainsKey(spec.Name)).ToArray();
        var created = missing.Length == 0 ? new Dictionary<string, TopicResult>() : await CreateAsync(missing, cancel).ConfigureAwait(false);
        var results = wanted.Select(spec => created.GetValueOrDefault(spec.Name) ?? TopicReport.Present(spec, present[spec.Name])).ToArray();
        foreach (var result in results)
        {
            var level = result.Outcome is TopicOutcome.CreatedByName or TopicOutcome.ExistsWithOtherPartitions ? LogLevel.Warning : LogLevel.Information;
            KafkaLogEvents.TopicEnsured(_logger, level, result.Name, result.Text);
        }

        return results;
    }

    /// <inheritdoc />
    public void Dispose() => _admin.Dispose();

    private async Task<Dictionary<string, TopicResult>> CreateAsync(IReadOnlyList<TopicSpec> missing, CancellationToken cancel)
    {
        var specifications = missing.Select(spec => new TopicSpecification
        {
            Name = spec.Name,
            NumPartitions = spec.Partitions,
            ReplicationFactor = spec.ReplicationFactor,
            Configs = spec.Config?.ToDictionary(),
        });
        try
        {
            await _admin.CreateTopicsAsync(specifications, new CreateTopicsOptions { RequestTimeout = RequestTimeout, OperationTimeout = RequestTimeout })
                .WaitAsync(cancel).ConfigureAwait(false);
            return missing.ToDictionary(spec => spec.Name, TopicReport.Created);
        }
        catch (CreateTopicsException e)
        {
            return await AfterRefusalAsync(missing, e, cancel).ConfigureAwait(false);
        }
        catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_UnsupportedFeature or ErrorCode.UnsupportedVersion)
        {
            return await CreateByNameAsync(missing, cancel).ConfigureAwait(false);
        }
        catch (KafkaException e)
        {
            throw new KafkaRequestException(
                $"The topics {string.Join(", ", missing.Select(spec => spec.Name))} could not be created: {e.Error.Reason}. " +
                "Run 'topics ensure' again when the cluster has a controller, or create them with the cluster's own tools.", e);
        }
    }

    // Somebody else may have created one at the same moment; that is what was wanted.
    private async Task<Dictionary<string, TopicResult>> AfterRefusalAsync(IReadOnlyList<TopicSpec> missing, CreateTopicsException refusal, CancellationToken cancel)
    {
        var refused = refusal.Results.Where(report => report.Error.IsError && report.Error.Code != ErrorCode.TopicAlreadyExists).ToArray();
        if (refused.Length > 0)
        {
            throw new KafkaRequestException(TopicReport.Refusal(refused), refusal);
        }

        var raced = refusal.Results.Where(report => report.Error.IsError).Select(report => report.Topic).ToHashSet();
        var present = (await ListAsync(cancel).ConfigureAwait(false)).ToDictionary(topic => topic.Name, topic => topic.Partitions);
        return missing.ToDictionary(spec => spec.Name, spec =>
            raced.Contains(spec.Name) ? TopicReport.Present(spec, present.GetValueOrDefault(spec.Name, spec.Partitions)) : TopicReport.Created(spec));
    }

    private async Task<Dictionary<string, TopicResult>> CreateByNameAsync(IReadOnlyList<TopicSpec> missing, CancellationToken cancel)
    {
        var results = new Dictionary<string, TopicResult>();
        foreach (var spec in missing)
        {
            cancel.ThrowIfCancellationRequested();
            var metadata = await Task.Run(() => _admin.GetMetadata(spec.Name, RequestTimeout), CancellationToken.None).ConfigureAwait(false);
            var topic = metadata.Topics.SingleOrDefault(found => found.Topic == spec.Name);
            if (topic is null || topic.Error.IsError || topic.Partitions.Count == 0)
            {
                throw new KafkaRequestException(
                    $"Topic {spec.Name} is missing, and this broker has neither CreateTopics nor topics that come into being by their name" +
                    $"{(topic is { Error.IsError: true } ? $" ({topic.Error.Reason})" : "")}. Create it with the broker's own tools.");
            }

            results.Add(spec.Name, TopicReport.CreatedByName(spec, topic.Partitions.Count));
        }

        return results;
    }
}
