using Microsoft.AspNetCore.Http;
using StreamingContrastive.Host.Web.Security;

namespace StreamingContrastive.Tests.Host.Web.Security;

public sealed class HostCheckTests
{
    [Theory]
    [InlineData("localhost:5080", true)]
    [InlineData("demo.localhost:5080", true)]
    [InlineData("127.0.0.1:5080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]:5080", true)]
    [InlineData("192.168.1.5:5080", true)]
    [InlineData("evil.example:5080", false)]
    [InlineData("localhost.evil.example:5080", false)]
    [InlineData("127.0.0.1.evil.example", false)]
    [InlineData("evillocalhost", false)]
    [InlineData("", false)]
    public void Allows_Host_NamesThatNobodyCanRebind(string host, bool expected) => HostCheck.Allows(new HostString(host)).ShouldBe(expected);
}
