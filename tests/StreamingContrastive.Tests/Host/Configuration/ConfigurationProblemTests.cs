using StreamingContrastive.Host.Configuration;
using static StreamingContrastive.Tests.Host.Configuration.ConfigurationFixture;

namespace StreamingContrastive.Tests.Host.Configuration;

/// <summary>Every message names key, value, source and what is allowed.</summary>
public sealed class ConfigurationProblemTests
{
    [Fact]
    public void Load_UnknownKeyInFile_NamesLineNearestAndAllowed()
    {
        var problems = ProblemsOf(() => LoadJson("{\n  \"training\": {\n    \"batchsiz\": 3\n  }\n}"));

        problems.ShouldBe(["training:batchsiz (test.json, line 3) is unknown. Did you mean batchSize? Keys of training: batchSize, device, learningRate, momentum, momentumCeiling, momentumRiseSteps, momentumSchedule, optimizer, rewarmRateFactor, rewarmSteps, schedule, threads, warmupSteps, weightDecay."]);
    }

    [Fact]
    public void Load_UnknownKeyOfEachSource_NamesTheSource()
    {
        var environment = new Dictionary<string, string> { ["STREAMING_CONTRASTIVE__ENCODER__WITDH"] = "4" };

        var problems = ProblemsOf(() => LoadJson("""{ "kafak": {} }""", environment, "objective.temprature=1"));

        problems.Count.ShouldBe(3);
        problems[0].ShouldStartWith("encoder:WITDH (environment variable STREAMING_CONTRASTIVE__ENCODER__WITDH) is unknown. Did you mean width?");
        problems[1].ShouldStartWith("kafak (test.json, line 1) is unknown. Did you mean kafka?");
        problems[2].ShouldStartWith("objective:temprature (--set) is unknown. Did you mean temperature?");
    }

    [Fact]
    public void Load_KeyOfAnotherSection_NamesWhereItBelongs() =>
        ProblemsOf(() => LoadSets("training:temperature=1")).Single().ShouldContain("Did you mean objective:temperature?");

    [Theory]
    [InlineData("training:batchSize=abc", "training:batchSize = \"abc\" (--set) is not allowed. Allowed: a whole number from 2 to 65536.")]
    [InlineData("training:batchSize=1", "training:batchSize = 1 (--set) is not allowed. Allowed: a whole number from 2 to 65536.")]
    [InlineData("training:batchSize=2.5", "training:batchSize = \"2.5\" (--set) is not allowed. Allowed: a whole number from 2 to 65536.")]
    [InlineData("objective:temperature=NaN", "objective:temperature = \"NaN\" (--set) is not allowed. Allowed: a number from 0.005 to 10.")]
    [InlineData("encoder:architecture=resnet51", "encoder:architecture = \"resnet51\" (--set) is not allowed. Allowed: one of smallResNet, resNet18, resNet34, resNet50, gradients.")]
    [InlineData("encoder:architecture=1", "encoder:architecture = \"1\" (--set) is not allowed. Allowed: one of smallResNet, resNet18, resNet34, resNet50, gradients.")]
    [InlineData("training:device=tpu", "training:device = tpu (--set) is not allowed. Allowed: one of auto, cpu, cuda.")]
    [InlineData("input:payload:channels=2", "input:payload:channels = 2 (--set) is not allowed. Allowed: one of 1, 3.")]
    [InlineData("objective:maskSameRecord=yes", "objective:maskSameRecord = \"yes\" (--set) is not allowed. Allowed: true or false.")]
    [InlineData("checkpoint:every=10", "checkpoint:every = \"10\" (--set) is not allowed. Allowed: a duration such as 250ms, 10s, 1.5m, 2h or 00:00:10.")]
    [InlineData("seed=-1", "seed = \"-1\" (--set) is not allowed. Allowed: a whole number from 0 to 18446744073709551615.")]
    [InlineData("name=", "name =  (--set) is not allowed. Allowed: a text that matches [a-z0-9][a-z0-9-]{0,62}.")]
    [InlineData("training", "--set \"training\" has no value: write --set key=value, for instance --set training:batchSize=128.")]
    [InlineData("training=5", "training (--set) is a section, not a value. Its keys: batchSize, device, learningRate, momentum, momentumCeiling, momentumRiseSteps, momentumSchedule, optimizer, rewarmRateFactor, rewarmSteps, schedule, threads, warmupSteps, weightDecay.")]
    [InlineData("seed:x=5", "seed:x (--set) is unknown: seed is a single value and has no keys below it.")]
    [InlineData("kafka:client=5", "kafka:client (--set) is a dictionary: name one of its entries, such as kafka:client:security.protocol.")]
    public void Load_WrongAssignment_Teaches(string set, string message) => ProblemsOf(() => LoadSets(set)).ShouldBe([message]);

    [Theory]
    [InlineData("""{ "training": 5 }""", "training (test.json, line 1) is a section, not a value.")]
    [InlineData("""{ "training": { "batchSize": [1] } }""", "training:batchSize (test.json, line 1) is an array. Allowed: a whole number.")]
    [InlineData("""{ "training": { "batchSize": null } }""", "training:batchSize = null (test.json, line 1) is no value. Allowed: a whole number from 2 to 65536.")]
    [InlineData("""{ "kafka": { "client": [] } }""", "kafka:client (test.json, line 1) is a dictionary: write an object")]
    [InlineData("""{ "kafka": { "client": { "a:b": "c" } } }""", "kafka:client:a:b (test.json, line 1) is no name of a setting")]
    [InlineData("""{ "kafka": { "client": { "a": null } } }""", "kafka:client:a (test.json, line 1) is null.")]
    [InlineData("[]", "test.json: a pipeline file is a JSON object with the sections name, seed, kafka,")]
    [InlineData("{\n\"seed\": 1,\n\"Seed\": 2\n}", "seed is given twice: test.json, line 2, and test.json, line 3.")]
    public void Load_WrongFile_Teaches(string json, string message) => ProblemsOf(() => LoadJson(json)).Single().ShouldStartWith(message);

    [Theory]
    [InlineData("{\n  \"name\": \"a\"\n  \"seed\": 1\n}", "test.json, line 3, column 3: not valid JSON: ")]
    [InlineData("", "test.json, line 1, column 1: not valid JSON: ")]
    [InlineData("{ \"näme\": tru }", "test.json, line 1, column 14: not valid JSON: ")]
    [InlineData("{} {}", "test.json, line 1, column 4: not valid JSON: ")]
    public void Load_MalformedJson_NamesLineAndColumn(string json, string message) => ProblemsOf(() => LoadJson(json)).Single().ShouldStartWith(message);

    [Fact]
    public void Load_ManyProblems_ReportsAllSortedByKey()
    {
        var failure = Should.Throw<ConfigurationException>(() => LoadJson(
            """{ "training": { "momentum": 2, "batchSize": "x" }, "augmentation": { "cropMinArea": 0.9, "cropMaxArea": 0.5 } }""", null, "encoder:width=1"));

        failure.Problems.Select(p => p.Key).ShouldBe(["augmentation:cropMinArea", "encoder:width", "training:batchSize", "training:momentum"]);
        failure.Message.ShouldStartWith("The configuration has 4 problems:\n  augmentation:cropMinArea");
    }

    [Fact]
    public void Load_ImpossibleClientSettings_AreReportedWithTheRest()
    {
        var problems = ProblemsOf(() => LoadSets("kafka:consumer:group.id=x", "training:batchSize=1"));

        problems.Count.ShouldBe(2);
        problems[0].ShouldStartWith("kafka:consumer:group.id is set by the pipeline itself and cannot be given. Give the consumer group as input:groupId.");
    }

    [Fact]
    public void Load_BadSecret_IsNotShown()
    {
        var failure = Should.Throw<ConfigurationException>(() => LoadSets("kafka:client:sasl.password:x=hunter2"));

        failure.Message.ShouldNotContain("hunter2");
    }
}
