using StreamingContrastive.Augmentation.Text.Edits;

namespace StreamingContrastive.Tests.Augmentation.Text.Edits;

public sealed class TextEditsTests
{
    [Theory]
    [InlineData("three red hearts", "four red hearts", EditKind.Number)]
    [InlineData("Two cards", "One cards", EditKind.Number)]
    [InlineData("after 2 weeks?", "after 3 weeks?", EditKind.Number)]
    [InlineData("the £20 fee", "the £19 fee", EditKind.Number)]
    [InlineData("second place", "third place", EditKind.Number)]
    [InlineData("red heart", "blue heart", EditKind.Colour)]
    [InlineData("RED heart", "BLUE heart", EditKind.Colour)]
    [InlineData("up arrow", "down arrow", EditKind.Direction)]
    [InlineData("backhand index pointing right", "backhand index pointing left", EditKind.Direction)]
    [InlineData("up-left arrow", "up-right arrow", EditKind.Direction)]
    [InlineData("the north pole", "the west pole", EditKind.Direction)]
    [InlineData("my card is working", "my card is not working", EditKind.Negation)]
    [InlineData("My card hasn't arrived", "My card has arrived", EditKind.Negation)]
    [InlineData("it does not work", "it does work", EditKind.Negation)]
    [InlineData("face without mouth", "face with mouth", EditKind.Negation)]
    [InlineData("no bicycles", "bicycles", EditKind.Negation)]
    [InlineData("you can pay", "you cannot pay", EditKind.Negation)]
    [InlineData("I can’t pay", "I can pay", EditKind.Negation)]
    public void Of_WhatMatters_IsEdited(string text, string edited, EditKind kind) => TextEdits.Of(text).ShouldContain(new TextEdit(edited, kind));

    /// <summary>Pairs that say the same in two ways, and turns of phrase in which the word is none of the four.</summary>
    [Theory]
    [InlineData("three hearts", "3 hearts")]
    [InlineData("03 o'clock", "3 o'clock")]
    [InlineData("after 2 weeks", "after 14 days")]
    [InlineData("1 o'clock", "13 o'clock")]
    [InlineData("one o'clock", "thirteen o'clock")]
    [InlineData("a turn of 0 degrees", "a turn of 360 degrees")]
    [InlineData("gray cat", "grey cat")]
    [InlineData("grey cat", "gray cat")]
    [InlineData("purple heart", "violet heart")]
    [InlineData("red and blue", "blue and red")]
    [InlineData("slow down", "slow up")]
    [InlineData("Slow up there", "Slow down there")]
    [InlineData("anticlockwise arrows", "counterclockwise arrows")]
    [InlineData("Can't I pay by card?", "Can I pay by card?")]
    [InlineData("Can I pay by card?", "Cannot I pay by card?")]
    [InlineData("Isn't it possible?", "Is it possible?")]
    [InlineData("Tell me why not", "Tell me why")]
    [InlineData("with or without fees", "with or with fees")]
    [InlineData("whether or not it works", "whether or it works")]
    [InlineData("it is not only cheap", "it is only cheap")]
    [InlineData("there is no doubt", "there is doubt")]
    [InlineData("no one paid", "one paid")]
    [InlineData("I can not but pay", "I can but pay")]
    [InlineData("You can pay, can't you?", "You can pay, can you?")]
    public void Of_WhatMeansTheSame_IsNeverMade(string text, string same) => TextEdits.Of(text).Select(e => e.Text).ShouldNotContain(same);

    [Theory]
    [InlineData("smiling cat")]
    [InlineData("")]
    [InlineData("How do I locate my card?")]
    [InlineData("right now")]
    [InlineData("I left my mp3 player")]
    [InlineData("No.")]
    [InlineData("never mind the 4x4")]
    [InlineData("sign up")]
    public void Of_ATextThatOffersNone_IsEmpty(string text) => TextEdits.Of(text).ShouldBeEmpty();

    [Fact]
    public void Of_AnyText_ChangesOnePlaceAndRepeatsNothing()
    {
        const string text = "Two red hearts and 3 blue arrows pointing left are not here.";

        var edits = TextEdits.Of(text);

        edits.Select(e => e.Kind).Distinct().Order().ShouldBe(Enum.GetValues<EditKind>());
        edits.Select(e => e.Text).ShouldBeUnique();
        edits.Select(e => e.Text).ShouldNotContain(text);
        edits.ShouldAllBe(e => CommonPrefix(e.Text, text) + CommonSuffix(e.Text, text) >= text.Length - "orange".Length);
    }

    [Fact]
    public void Draw_SomeEdits_TakesEachPlaceBeforeAnyTwice()
    {
        const string text = "red heart, two cards";

        for (var seed = 0; seed < 20; seed++)
        {
            var drawn = TextEdits.Draw(text, 2, seed);
            drawn.Select(e => e.Kind).Order().ShouldBe([EditKind.Number, EditKind.Colour]);
            TextEdits.Draw(text, 2, seed).ShouldBe(drawn);
        }

        TextEdits.Draw(text, 100, 1).Select(e => e.Text).Order().ShouldBe(TextEdits.Of(text).Select(e => e.Text).Order());
        TextEdits.Draw("smiling cat", 3, 1).ShouldBeEmpty();
    }

    private static int CommonPrefix(string a, string b) => a.Zip(b).TakeWhile(p => p.First == p.Second).Count();

    private static int CommonSuffix(string a, string b) => a.Reverse().Zip(b.Reverse()).TakeWhile(p => p.First == p.Second).Count();
}
