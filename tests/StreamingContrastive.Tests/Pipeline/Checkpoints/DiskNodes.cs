namespace StreamingContrastive.Tests.Pipeline.Checkpoints;

/// <summary>Something on an <see cref="InMemoryDisk"/>.</summary>
internal abstract class DiskNode
{
    public abstract DiskNode Survive(Random random);
}

internal sealed class DiskFile : DiskNode
{
    private byte[] _content = [];
    private byte[] _durable = [];

    public byte[] Content => _content;

    public void Append(ReadOnlySpan<byte> bytes) => _content = [.. _content, .. bytes];

    public void Sync() => _durable = _content;

    public void Tamper(Func<byte[], byte[]> change) => _durable = _content = change(_content);

    /// <summary>An unsynced file: the old content, the new one, its beginning, or zeros where the data was not written yet.</summary>
    public override DiskNode Survive(Random random)
    {
        var content = _durable.AsSpan().SequenceEqual(_content) ? _content : random.Next(4) switch
        {
            0 => _durable,
            1 => _content,
            2 => _content[..random.Next(_content.Length)],
            _ => new byte[_content.Length],
        };
        return new DiskFile { _content = content, _durable = content };
    }
}

internal sealed class DiskDirectory : DiskNode
{
    private readonly List<(string? Removed, string? Added, DiskNode? Node)> _unsynced = [];
    private readonly SortedDictionary<string, DiskNode> _entries = new(StringComparer.Ordinal);
    private SortedDictionary<string, DiskNode> _durable = new(StringComparer.Ordinal);

    /// <summary>A snapshot: others may write while it is read.</summary>
    public IReadOnlyDictionary<string, DiskNode> Entries
    {
        get
        {
            lock (_unsynced)
            {
                return new Dictionary<string, DiskNode>(_entries);
            }
        }
    }

    public bool IsEmpty => Entries.Count == 0;

    public void Put(string name, DiskNode node) => Change(null, name, node);

    public void Remove(string name) => Change(name, null, null);

    public void Move(string from, string to) => Change(from, to, Entries[from]);

    public void Sync()
    {
        lock (_unsynced)
        {
            _durable = new(_entries, StringComparer.Ordinal);
            _unsynced.Clear();
        }
    }

    public override DiskNode Survive(Random random) => AfterPowerLoss(random);

    /// <summary>Any of the unsynced changes may have reached the disk; a rename does so as a whole.</summary>
    public DiskDirectory AfterPowerLoss(Random random)
    {
        var left = new SortedDictionary<string, DiskNode>(_durable, StringComparer.Ordinal);
        foreach (var change in _unsynced.Where(_ => random.Next(2) == 0))
        {
            Apply(left, change);
        }

        var survivor = new DiskDirectory();
        foreach (var (name, node) in left)
        {
            survivor.Put(name, node.Survive(random));
        }

        survivor.Sync();
        return survivor;
    }

    private void Change(string? removed, string? added, DiskNode? node)
    {
        lock (_unsynced)
        {
            _unsynced.Add((removed, added, node));
            Apply(_entries, (removed, added, node));
        }
    }

    private static void Apply(SortedDictionary<string, DiskNode> entries, (string? Removed, string? Added, DiskNode? Node) change)
    {
        if (change.Removed is { } removed)
        {
            entries.Remove(removed);
        }

        if (change.Added is { } added)
        {
            entries[added] = change.Node!;
        }
    }
}

/// <summary>Appends to a file, one step of the disk for each write.</summary>
internal sealed class DiskFileStream(DiskFile file, Action step) : MemoryStream
{
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        // Half of it is there when the fault strikes.
        file.Append(buffer[..(buffer.Length / 2)]);
        step();
        file.Append(buffer[(buffer.Length / 2)..]);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));
}
