using StreamingContrastive.Host.Evaluation.Pairs;

namespace StreamingContrastive.Tests.Host.Evaluation.Pairs;

/// <summary>Which of its texts is the picture's, by hand: three emoji, the second of which has no edit.</summary>
public sealed class EditQuestionsTests
{
    private static readonly EditQuestions s_questions = EditQuestions.Of(["left hand", "smiling cat", "one or two"]);

    [Fact]
    public void Of_SomeTexts_AsksThoseThatOfferEdits()
    {
        s_questions.Places.ShouldBe([0, 2]);
        s_questions.Edits[0].Select(e => e.Text).ShouldBe(["right hand"]);
        s_questions.Edits[1].Count.ShouldBeGreaterThan(2);
        s_questions.ChanceShare.ShouldBe((0.5 + (1.0 / (1 + s_questions.Edits[1].Count))) / 2, 1e-12);
    }

    [Fact]
    public void Score_OfVectors_CountsTheEditsThatAreNotFartherThanTheOwnText()
    {
        // Twitter's pictures lie on their texts. Google's first lies between its text and the edit, which is not told apart; its last on an edit.
        var (left, cat, one) = (Unit(0), Unit(90), Unit(180));
        var vectors = new Dictionary<string, PartVectors>
        {
            ["text"] = Rows(left, cat, one),
            ["twitter"] = Rows(left, cat, one),
            ["google"] = Rows([0, 1], cat, Unit(200)),
        };
        var others = s_questions.Edits[1].Count;
        var edits = Rows([[-1, 0], Unit(200), .. Enumerable.Repeat(Unit(90), others - 1)]);

        var scores = s_questions.Score(vectors, edits);

        scores.Ranks["twitterAmongEdits"].ShouldBe([0, 0]);
        scores.Ranks["googleAmongEdits"].ShouldBe([1, 1]);
        scores.Figures["twitterPicksText"].ShouldBe(1);
        scores.Figures["googlePicksText"].ShouldBe(0);
        scores.Figures["editsAsked"].ShouldBe(2);
        scores.Figures["editsChance"].ShouldBe(s_questions.ChanceShare);
    }

    /// <summary>Both pictures find their text; their mean, which knows neither, finds only the one that it is nearer to by itself.</summary>
    [Fact]
    public void Score_OfTheMeanPicture_IsWhatTheTextsGiveAway()
    {
        var vectors = new Dictionary<string, PartVectors> { ["text"] = Rows(Unit(0), Unit(45), Unit(90)), ["google"] = Rows(Unit(0), Unit(45), Unit(90)) };
        var edits = Rows([Unit(-60), .. Enumerable.Repeat(Unit(60), s_questions.Edits[1].Count)]);

        var scores = s_questions.Score(vectors, edits);

        scores.Figures["googlePicksText"].ShouldBe(1);
        scores.Figures["meanPicturePicksText"].ShouldBe(0.5); // at 45 degrees: 60 is nearer than 90
    }

    [Fact]
    public void Score_WithoutAnyEdit_AsksNothing()
    {
        var questions = EditQuestions.Of(["smiling cat"]);
        var scores = questions.Score(new Dictionary<string, PartVectors> { ["text"] = Rows(Unit(0)), ["google"] = Rows(Unit(0)) }, new PartVectors([], 2));

        scores.Figures["editsAsked"].ShouldBe(0);
        scores.Ranks["googleAmongEdits"].ShouldBeEmpty();
    }

    private static float[] Unit(double degrees) => [(float)Math.Cos(degrees * Math.PI / 180), (float)Math.Sin(degrees * Math.PI / 180)];

    private static PartVectors Rows(params float[][] rows) => new([.. rows.SelectMany(r => r)], 2);
}
