using System.Net;
using StreamingContrastive.Host.Web;

namespace StreamingContrastive.Tests.Host.Web;

/// <summary>A dashboard with a token, as it is reached from other machines.</summary>
public sealed class WebTokenTests : IAsyncLifetime
{
    private const string Token = "correct horse battery staple";

    private readonly HttpClient _client = new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
    private WebDashboard _dashboard = null!;

    public async ValueTask InitializeAsync()
    {
        _dashboard = await WebDashboard.StartAsync(WebSettings.Create(WebAddress.Parse("0"), isDemanded: true, Token), DashboardFixture.Subject());
        _client.BaseAddress = new Uri(_dashboard.Url);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _dashboard.DisposeAsync();
    }

    [Theory]
    [InlineData("/events")]
    [InlineData("/api/map")]
    [InlineData("/api/pictures/1")]
    [InlineData("/assets/main.js")]
    [InlineData("/no/such/page")]
    public async Task Get_WithoutToken_IsRefused(string path)
    {
        using var answer = await GetAsync(path);

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.Single().Scheme.ShouldBe("Bearer");
    }

    [Fact]
    public async Task Get_ProbesWithoutToken_AreAnswered()
    {
        using var alive = await GetAsync("/healthz");
        using var ready = await GetAsync("/readyz");

        alive.StatusCode.ShouldBe(HttpStatusCode.OK);
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Theory]
    [InlineData("correct horse battery staple", HttpStatusCode.NotFound)]
    [InlineData("correct horse battery stapl", HttpStatusCode.Unauthorized)]
    [InlineData("Correct horse battery staple", HttpStatusCode.Unauthorized)]
    [InlineData("", HttpStatusCode.Unauthorized)]
    public async Task Get_BearerToken_MustBeTheToken(string token, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/map");
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        request.Headers.Host = "pipeline.example"; // Whoever has the token may use the name that the service has.

        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(expected);
    }

    [Fact]
    public async Task Get_PageWithoutToken_LeadsToTheSignIn()
    {
        using var answer = await GetAsync("/");

        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        answer.Headers.Location!.ToString().ShouldBe("/sign-in");
    }

    [Fact]
    public async Task SignIn_WithTheToken_SetsACookieThatAdmitsAndSaysNothingOfIt()
    {
        using var answer = await SignInAsync(Token);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();

        answer.Headers.Location!.ToString().ShouldBe("/");
        cookie.ShouldContain("httponly", Case.Insensitive);
        cookie.ShouldContain("samesite=strict", Case.Insensitive);
        cookie.ShouldNotContain("horse");
        (await WithCookieAsync(cookie.Split(';')[0])).ShouldBe(HttpStatusCode.NotFound);
        (await WithCookieAsync("streaming-contrastive-session=00")).ShouldBe(HttpStatusCode.Unauthorized);
        (await WithCookieAsync("streaming-contrastive-session=")).ShouldBe(HttpStatusCode.Unauthorized);
    }

    [Theory]
    [InlineData("wrong")]
    [InlineData("")]
    public async Task SignIn_WithAnythingElse_SetsNone(string token)
    {
        using var answer = await SignInAsync(token);

        answer.Headers.Location!.ToString().ShouldBe("/sign-in#refused");
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
    }

    [Fact]
    public async Task SignIn_HugeForm_IsRefusedAndTheServerLives()
    {
        using var answer = await SignInAsync(new string('x', 5_000));

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
        using var alive = await GetAsync("/healthz");
        alive.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

    private Task<HttpResponseMessage> SignInAsync(string token) =>
        _client.PostAsync(new Uri("/sign-in", UriKind.Relative), new FormUrlEncodedContent([new("token", token)]), TestContext.Current.CancellationToken);

    private async Task<HttpStatusCode> WithCookieAsync(string cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/map");
        request.Headers.Add("Cookie", cookie);
        using var answer = await _client.SendAsync(request, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
