using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Tests.Types;

namespace Lazuli.Kernel.Tests.Operations;

public sealed class LateAnswersTests
{
    private const string One = KernelFixture.Widgets + "/one";
    private readonly HastyClock _clock = new();

    [Fact]
    public async Task An_action_that_answers_late_says_202_and_where_the_answer_is()
    {
        await using var kernel = new KernelFixture();
        await kernel.MakeGroupAsync();
        await kernel.SendAsync("PUT", One, """{"location":"eastus","properties":{"title":"x"}}""");
        var asked = await kernel.SendAsync("POST", One + "/ponder");
        Assert.Equal((202, true, "1"), (asked.Status, asked.Body.IsEmpty, asked.Header("Retry-After")));
        var location = new Uri(asked.Header("Location") ?? "");
        Assert.Matches($"^/subscriptions/{KernelFixture.Subscription}/providers/Test.Things/locations/eastus/operationResults/[-0-9a-f]{{36}}$", location.AbsolutePath);
        for (var turn = 0; turn < 2; turn++)
        {
            var answer = await kernel.SendAsync("GET", location.AbsolutePath);
            Assert.Equal((200, """{"spins":0}"""), (answer.Status, answer.Json().ToJsonString()));
        }

        Assert.Equal("OperationNotFound", (await kernel.SendAsync("GET", location.AbsolutePath[..^1] + "x")).Code());
        Assert.Equal("OperationNotFound", (await kernel.SendAsync("GET", location.AbsolutePath.Replace("operationResults", "operations", StringComparison.Ordinal))).Code());
        Assert.Equal("ResourceNotFound", (await kernel.SendAsync("POST", KernelFixture.Widgets + "/none/ponder")).Code());
    }

    [Theory]
    [InlineData(Answering.AtOnce, 200)]
    [InlineData(Answering.AtOnceIfSoon, 200)]
    [InlineData(Answering.Later, 202)]
    public async Task What_is_known_soon_is_answered_as_declared_and_faults_at_once(Answering how, int status)
    {
        var late = new LateAnswers(TimeProvider.System);
        Assert.Equal(status, Status(await AskAsync(late, how, Task.FromResult<Result<ArmResponse>>(ArmResponse.Json("{}"u8.ToArray())))));
        Assert.Equal(418, Status(await AskAsync(late, how, Task.FromResult<Result<ArmResponse>>(new ArmError { Code = "Teapot", Message = "", Status = 418 }))));
    }

    [Theory]
    [InlineData(Answering.AtOnceIfSoon)]
    [InlineData(Answering.Later)]
    public async Task What_takes_long_is_202_until_it_is_there_for_who_asked_only(Answering how)
    {
        var late = new LateAnswers(_clock);
        var work = new TaskCompletionSource<Result<ArmResponse>>();
        var asked = await AskAsync(late, how, work.Task);
        Assert.Equal(202, Status(asked));
        var id = IdOf(asked);
        var poll = await late.GetAsync(Request("me"), id);
        Assert.Equal((202, id), (Status(poll), IdOf(poll)));
        Assert.Null(await late.GetAsync(Request("another"), id));
        work.SetResult(new ArmError { Code = "Teapot", Message = "", Status = 418 });
        Assert.Equal(418, Status(await late.GetAsync(Request("me"), id)));
        Assert.Null(await late.GetAsync(Request("another"), id));
    }

    [Fact]
    public async Task Answers_are_kept_for_ten_minutes_and_for_one_when_fetched()
    {
        var late = new LateAnswers(_clock);
        var done = Task.FromResult<Result<ArmResponse>>(ArmResponse.Empty(200));
        var (left, fetched, endless) = (IdOf(await AskAsync(late, Answering.Later, done)), IdOf(await AskAsync(late, Answering.Later, done)), IdOf(await AskAsync(late, Answering.Later, new TaskCompletionSource<Result<ArmResponse>>().Task)));
        Assert.NotNull(await late.GetAsync(Request("me"), fetched));
        _clock.Now += TimeSpan.FromMinutes(2);
        await AskAsync(late, Answering.Later, done);
        Assert.Null(await late.GetAsync(Request("me"), fetched));
        _clock.Now += TimeSpan.FromMinutes(9);
        await AskAsync(late, Answering.Later, done);
        Assert.Null(await late.GetAsync(Request("me"), left));
        Assert.NotNull(await late.GetAsync(Request("me"), endless));
    }

    private static Task<Result<ArmResponse>> AskAsync(LateAnswers late, Answering how, Task<Result<ArmResponse>> work)
        => late.AnswerAsync(how, Request("me"), ResourceId.Parse(One), null, _ => work, TestContext.Current.CancellationToken);

    private static ArmRequest Request(string who)
    {
        var request = KernelFixture.Request("POST", One + "/ponder", null, null, null, "2024-01-01");
        return request with { Principal = request.Principal with { ObjectId = who } };
    }

    private static int Status(Result<ArmResponse>? answer)
    {
        Assert.NotNull(answer);
        return answer.Value.Ok(out var response, out var error) ? response.Status : error.Status;
    }

    private static string IdOf(Result<ArmResponse>? answer)
    {
        ArmResponse? response = null;
        Assert.True(answer?.Ok(out response, out _));
        return new Uri(response?.Header("Location") ?? "").Segments[^1];
    }

    /// <summary>A clock that stands still, and on which every wait is over at once.</summary>
    private sealed class HastyClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => TimeProvider.System.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
