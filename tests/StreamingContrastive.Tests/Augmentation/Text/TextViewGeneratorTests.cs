using System.Text;
using StreamingContrastive.Augmentation;
using StreamingContrastive.Augmentation.Text;

namespace StreamingContrastive.Tests.Augmentation.Text;

public sealed class TextViewGeneratorTests
{
    private const string Text = "what can i do if my card has not arrived";
    private static readonly TextOptions Options = new() { Tokens = 96 };

    [Fact]
    public void Generate_WithoutMasking_GivesTheTextBack() => View(Text, 0, new(1, 2, 3, 4, 0, 0)).ShouldBe(Clean(Text));

    [Fact]
    public void Generate_WithMasking_TakesWholeWordsOutAndKeepsTheirOrder()
    {
        var words = Words(Clean(Text));
        var seen = new HashSet<int>();

        for (var offset = 0; offset < 50; offset++)
        {
            var kept = Words(View(Text, 0.4, Identity(offset)));
            var at = -1;
            foreach (var word in kept)
            {
                at = words.FindIndex(at + 1, w => w.SequenceEqual(word));
                at.ShouldBeGreaterThanOrEqualTo(0, $"offset {offset}");
            }

            seen.Add(kept.Count);
        }

        seen.Count.ShouldBeGreaterThan(3);
    }

    [Fact]
    public void Generate_ManyViews_LoseTheShareThatTheOptionSays()
    {
        var words = Words(Clean(Text)).Count;
        var kept = Enumerable.Range(0, 2000).Sum(offset => Words(View(Text, 0.3, Identity(offset))).Count);

        ((double)kept / (2000 * words)).ShouldBe(0.7, 0.01);
    }

    /// <summary>Which word stays is drawn too: the first one would be a shortcut.</summary>
    [Fact]
    public void Generate_EveryWordDrawnOut_KeepsOne()
    {
        var survivors = new HashSet<int>();
        for (var offset = 0; offset < 500; offset++)
        {
            var view = View("alpha beta", 0.95, Identity(offset));
            TokenIds.Used(view).Length.ShouldBeGreaterThan(0, $"offset {offset}");
            survivors.Add(view[0]);
        }

        survivors.Count.ShouldBe(2);
    }

    [Fact]
    public void Generate_SameIdentity_SameView()
    {
        View(Text, 0.5, Identity(7)).ShouldBe(View(Text, 0.5, Identity(7)));
        View(Text, 0.5, Identity(7)).ShouldNotBe(View(Text, 0.5, Identity(7) with { View = 1 }));
    }

    [Fact]
    public void Generate_ATextWithoutIds_StaysEmpty()
    {
        var view = new int[96];
        new TextViewGenerator(Options with { MaskProbability = 0.5 }).Generate(new int[96], view, Identity(1));

        view.ShouldAllBe(id => id == 0);
    }

    private static ViewIdentity Identity(long offset) => new(1, 2, 3, offset, 0, 0);

    private static int[] Clean(string text)
    {
        var tokens = new int[Options.Tokens];
        new TextTokenizer(Options).TryTokenize(Encoding.UTF8.GetBytes(text), tokens, out var rejection).ShouldBeTrue(rejection?.Message);
        return tokens;
    }

    private static int[] View(string text, double probability, ViewIdentity identity)
    {
        var view = new int[Options.Tokens];
        new TextViewGenerator(Options with { MaskProbability = probability }).Generate(Clean(text), view, identity);
        return view;
    }

    private static List<int[]> Words(int[] tokens)
    {
        var words = new List<List<int>>();
        foreach (var id in TokenIds.Used(tokens))
        {
            if (TokenIds.StartsWord(id))
            {
                words.Add([]);
            }

            words[^1].Add(id);
        }

        return [.. words.Select(w => w.ToArray())];
    }
}
