using System.Runtime.InteropServices;
using SkiaSharp;
using static StreamingContrastive.Augmentation.Decoding.DecodeErrors;

namespace StreamingContrastive.Augmentation.Decoding;

/// <summary>
/// Decodes PNG, JPEG and WebP through SkiaSharp's codecs. The size that the header declares is checked before pixels are allocated.
/// Levels are taken as stored: no colour management, 16-bit samples cut to 8. Transparent pictures are laid on white. Large JPEGs
/// are decoded at a reduced scale (never below twice the target). Upright by EXIF, then resized. One per worker.
/// </summary>
internal sealed class SkiaPictureReader
{
    // Scratch up to this size is kept for the next picture; a rare giant must not stay in memory for ever.
    private const int KeptScratchBytes = 16 * 1024 * 1024;

    private readonly ImageShape _shape;
    private readonly int _maxPixels;
    private readonly PictureResizer _resizer, _turnedResizer;
    private readonly byte[] _turned;
    private byte[] _scratch = [];

    /// <summary>A reader to one shape.</summary>
    /// <exception cref="InvalidOperationException">SkiaSharp's native library does not load; the message names it and the mend.</exception>
    public SkiaPictureReader(ImageShape shape, int maxPixels)
    {
        (_shape, _maxPixels) = (shape, maxPixels);
        _resizer = new PictureResizer(shape);
        _turnedResizer = new PictureResizer(new ImageShape(shape.Width, shape.Height, shape.Channels));
        _turned = new byte[shape.ByteCount];
        SkiaLibrary.EnsureLoaded();
    }

    /// <summary>Decodes into <paramref name="pixels"/>; their content is undefined after false.</summary>
    public bool TryRead(ReadOnlySpan<byte> encoded, Span<byte> pixels, out Rejection? rejection)
    {
        var kind = PictureHeader.KindOf(encoded);
        rejection = kind switch
        {
            PictureKind.Unknown => Reject(
                UnknownFormat,
                $"The picture's first bytes are {Convert.ToHexString(encoded[..Math.Min(encoded.Length, 8)])}, which is neither PNG, JPEG nor WebP; send one of these, or set payload:format to raw."),
            PictureKind.Png when PictureHeader.TryReadPngSize(encoded, out uint width, out uint height) => CheckSize(width, height),
            PictureKind.WebP when PictureHeader.IsTruncatedWebP(encoded) => Unreadable(kind, encoded.Length, SKCodecResult.IncompleteInput),
            _ => null,
        };
        if (rejection is not null)
        {
            return false;
        }

        try
        {
            rejection = Read(encoded, kind, pixels);
        }
        catch (Exception exception) when (!SkiaLibrary.IsEnvironmentFault(exception))
        {
            rejection = Reject(BadPicture, $"The {kind} decoder failed: {exception.Message}");
        }

        return rejection is null;
    }

    private Rejection? Read(ReadOnlySpan<byte> encoded, PictureKind kind, Span<byte> pixels)
    {
        using var data = SKData.CreateCopy(encoded);
        using var stream = new SKMemoryStream(data);
        using var codec = SKCodec.Create(stream, out var opened);
        if (codec is null)
        {
            return Unreadable(kind, encoded.Length, opened);
        }

        if (CheckSize((uint)codec.Info.Width, (uint)codec.Info.Height) is { } tooLarge)
        {
            return tooLarge;
        }

        var info = TargetInfo(codec);
        int count = info.Width * info.Height;
        byte[] decoded = Scratch(info.BytesSize);
        var result = codec.GetPixels(info, Marshal.UnsafeAddrOfPinnedArrayElement(decoded, 0), info.RowBytes, SKCodecOptions.Default);
        if (result != SKCodecResult.Success)
        {
            return Unreadable(kind, encoded.Length, result);
        }

        if (info.ColorType == SKColorType.Rgba8888)
        {
            PackedChannels.FromRgba(decoded, count, _shape.Channels);
        }

        Place(decoded, info, codec.EncodedOrigin, pixels);
        return null;
    }

    private SKImageInfo TargetInfo(SKCodec codec)
    {
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg)
        {
            bool swaps = PictureOrientation.SwapsSides(codec.EncodedOrigin);
            double needed = Math.Max((double)(swaps ? _shape.Height : _shape.Width) / width, (double)(swaps ? _shape.Width : _shape.Height) / height);
            if (2 * needed < 1)
            {
                var scaled = codec.GetScaledDimensions((float)(2 * needed));
                (width, height) = (scaled.Width, scaled.Height);
            }
        }

        // Grey sources stay grey where grey is wanted; everything else comes as RGBA. A null colour space means: as stored.
        return codec.Info.ColorType == SKColorType.Gray8 && _shape.Channels == 1
            ? new SKImageInfo(width, height, SKColorType.Gray8, SKAlphaType.Opaque)
            : new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul);
    }

    private void Place(ReadOnlySpan<byte> packed, SKImageInfo info, SKEncodedOrigin origin, Span<byte> pixels)
    {
        if (origin == SKEncodedOrigin.TopLeft)
        {
            _resizer.Resize(packed, info.Height, info.Width, pixels);
            return;
        }

        var resizer = PictureOrientation.SwapsSides(origin) ? _turnedResizer : _resizer;
        resizer.Resize(packed, info.Height, info.Width, _turned);
        PictureOrientation.Apply(_turned, origin, _shape, pixels);
    }

    private Rejection? CheckSize(uint width, uint height) =>
        (ulong)width * height <= (ulong)_maxPixels
            ? null
            : Reject(
                PictureTooLarge,
                $"The picture's header says {width}x{height} pixels; payload:maxPixels allows {_maxPixels}. Send a smaller picture or raise payload:maxPixels.");

    private static Rejection Unreadable(PictureKind kind, int length, SKCodecResult result) =>
        result == SKCodecResult.IncompleteInput
            ? Reject(TruncatedPicture, $"The {kind} picture ends early: its {length} bytes do not hold all of its rows. Send the whole file.")
            : Reject(BadPicture, $"The {kind} picture of {length} bytes cannot be decoded ({result}). Send an undamaged file.");

    private byte[] Scratch(int bytes)
    {
        if (_scratch.Length >= bytes)
        {
            return _scratch;
        }

        // Pinned for ever, so that the codec can write into it without a handle for each picture.
        byte[] fresh = GC.AllocateUninitializedArray<byte>(bytes, pinned: true);
        if (bytes <= KeptScratchBytes)
        {
            _scratch = fresh;
        }

        return fresh;
    }
}
