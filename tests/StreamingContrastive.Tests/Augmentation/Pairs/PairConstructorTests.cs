using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Pairs;
using StreamingContrastive.Augmentation.Views;

namespace StreamingContrastive.Tests.Augmentation.Pairs;

public sealed class PairConstructorTests
{
    private static readonly byte[] Value = TestPictures.Noise(new ImageShape(28, 28, 1), 1);

    [Fact]
    public void TryConstruct_RawPicture_CleanIsValueAndViewsAreTheGenerators()
    {
        byte[] query = new byte[784], key = new byte[784], clean = new byte[784], expected = new byte[784];
        var generator = new ViewGenerator(new AugmentationOptions(), new ImageShape(28, 28, 1));

        Constructor().TryConstruct(Value, 1, 2, 3, 4, 5, query, key, clean, out var rejection).ShouldBeTrue();

        rejection.ShouldBeNull();
        clean.ShouldBe(Value);
        generator.Generate(Value, expected, new ViewIdentity(1, 2, 3, 4, 0, 5));
        query.ShouldBe(expected);
        generator.Generate(Value, expected, new ViewIdentity(1, 2, 3, 4, 1, 5));
        key.ShouldBe(expected);
        query.ShouldNotBe(key);
    }

    [Fact]
    public void TryConstruct_EmptyValue_Rejected()
    {
        Constructor().TryConstruct([], 1, 2, 3, 4, 0, new byte[784], new byte[784], new byte[784], out var rejection).ShouldBeFalse();

        rejection.ShouldNotBeNull().ShouldSatisfyAllConditions(
            () => rejection.Stage.ShouldBe("decode"),
            () => rejection.ErrorType.ShouldBe("EmptyValue"));
    }

    [Fact]
    public void TryConstruct_AfterPoison_SamePairAsBefore()
    {
        var constructor = Constructor();
        byte[] query = new byte[784], again = new byte[784], key = new byte[784], clean = new byte[784];
        constructor.TryConstruct(Value, 1, 2, 3, 4, 0, query, key, clean, out _).ShouldBeTrue();
        constructor.TryConstruct(new byte[3], 1, 2, 3, 5, 0, again, key, clean, out _).ShouldBeFalse();

        constructor.TryConstruct(Value, 1, 2, 3, 4, 0, again, key, clean, out _).ShouldBeTrue();

        again.ShouldBe(query);
    }

    [Fact]
    public void TryConstruct_RawPictures_AllocatesNothing()
    {
        var constructor = Constructor();
        byte[] query = new byte[784], key = new byte[784], clean = new byte[784];
        constructor.TryConstruct(Value, 1, 2, 3, 4, 0, query, key, clean, out _);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int offset = 0; offset < 100; offset++)
        {
            constructor.TryConstruct(Value, 1, 2, 3, offset, 0, query, key, clean, out _);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    // Other machines, vector widths and releases must make this very view: it pins the order of steps, streams and rounding.
    [Fact]
    public void TryConstruct_GoldenRecord_SameViewsForEver()
    {
        byte[] value = [.. Enumerable.Range(0, 784).Select(i => (byte)((i * 37) + (i / 28 * 11)))];
        byte[] query = new byte[784], key = new byte[784], clean = new byte[784];

        Constructor().TryConstruct(value, 42, RecordIdentity.TopicHash("records"), 3, 1000, 0, query, key, clean, out _).ShouldBeTrue();

        RecordIdentity.InputHash(query).ShouldBe(GoldenQuery);
        RecordIdentity.InputHash(key).ShouldBe(GoldenKey);
    }

    private static PairConstructor Constructor() => new(new PayloadOptions(), new AugmentationOptions());

    private const long GoldenQuery = 3444105136780600284;
    private const long GoldenKey = 1830180214615469769;
}
