using StreamingContrastive.Pipeline.Cluster;

namespace StreamingContrastive.Tests.Pipeline.Cluster;

public sealed class NodeRolesTests
{
    [Theory]
    [InlineData("", NodeRoles.None)]
    [InlineData("ingest", NodeRoles.Ingest)]
    [InlineData("Trainer, web", NodeRoles.Trainer | NodeRoles.Web)]
    [InlineData("web,ingest,trainer,web", NodeRoles.Web | NodeRoles.Ingest | NodeRoles.Trainer)]
    public void TryParse_Names_AreRead(string text, NodeRoles expected)
    {
        NodeRoleNames.TryParse(text, out var roles, out _).ShouldBeTrue();

        roles.ShouldBe(expected);
        NodeRoleNames.TryParse(string.Join(',', NodeRoleNames.Of(roles)), out var again, out _).ShouldBeTrue();
        again.ShouldBe(expected);
    }

    [Fact]
    public void TryParse_UnknownName_IsNamed()
    {
        NodeRoleNames.TryParse("ingest,traner", out _, out var unknown).ShouldBeFalse();

        unknown.ShouldBe("traner");
    }
}
