using System.Security.Cryptography;

namespace StreamingContrastive.Pipeline.Checkpoints;

/// <summary>Write-only pass-through that hashes and counts on the way, so that a file is not read again for its manifest line. Leaves the inner stream open.</summary>
internal sealed class HashingStream(Stream inner) : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException("A checkpoint file is written from front to back.");
    }

    /// <summary>The manifest line of all that was written.</summary>
    public CheckpointFileHash ToFileHash(string name) => new(name, _length, Convert.ToHexStringLower(_hash.GetCurrentHash()));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        _hash.AppendData(buffer);
        _length += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A checkpoint file is only written here.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("A checkpoint file is written from front to back.");

    public override void SetLength(long value) => throw new NotSupportedException("A checkpoint file is written from front to back.");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _hash.Dispose();
        }

        base.Dispose(disposing);
    }
}
