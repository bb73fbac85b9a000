using Lazuli.Contract.Tests.World;
using Lazuli.Engines.Node.Fake;
using Lazuli.Kernel.Identity;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Store;
using Lazuli.Providers.Resources.Subscriptions;
using Lazuli.Server;
using Microsoft.Extensions.Logging;

[assembly: AssemblyFixture(typeof(Lab))]

namespace Lazuli.Contract.Tests.World;

/// <summary>The real server in this process, on a port of its own over real TLS, with a node in memory and a fresh state directory; and several people who may use it.</summary>
public sealed class Lab : IAsyncLifetime
{
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("lazuli-contract-");
    private readonly FakeNode _node = new(TimeProvider.System);
    private readonly Dictionary<Who, string?> _tokens = [];
    private LazuliHost? _host;
    private ArmClient? _client;
    private int _groups;
    private string _reader = "";

    public ArmClient Client => _client ?? throw new InvalidOperationException();

    public LazuliHost Host => _host ?? throw new InvalidOperationException();

    public string Subscription => "/subscriptions/" + Host.Tenant.SubscriptionId;

    /// <summary>The object id of <see cref="Who.Reader"/>.</summary>
    public string Reader => _reader;

    /// <summary>The object id of somebody whom roles can be given to.</summary>
    public string Assignee { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        _host = await LazuliHost.CreateAsync(
            new LazuliOptions { StateDirectory = _state.FullName, Port = 0 }, _node, CancellationToken.None, logging => logging.ClearProviders());
        await _host.StartAsync(CancellationToken.None);
        _client = new ArmClient(_host.Endpoint, _host.CaFile);
        var first = FirstCredentials.Read(_state.FullName) ?? throw new InvalidOperationException();
        _tokens[Who.Owner] = await _client.TokenAsync(first.TenantId, first.ClientId, first.ClientSecret);
        _tokens[Who.Elsewhere] = await _client.TokenAsync(first.TenantId, first.ClientId, first.ClientSecret, "https://graph.microsoft.com/.default");
        _tokens[Who.Stranger] = null;
        (_reader, _tokens[Who.Reader]) = await SignUpAsync("reader");
        (_, _tokens[Who.Nobody]) = await SignUpAsync("nobody");
        (Assignee, _) = await SignUpAsync("assignee");

        using var key = SigningKey.Open(_state.FullName);
        var principal = new Principal { ObjectId = _reader, Kind = PrincipalKind.ServicePrincipal, ApplicationId = first.ClientId, TenantId = first.TenantId, Name = first.ClientId };
        _tokens[Who.Late] = new TokenIssuer(key, new ShiftedClock(TimeSpan.FromHours(-2))).Issue(principal, "https://management.azure.com/").Value;
        using var other = System.Security.Cryptography.RSA.Create(2048);
        using var forged = new SigningKey(other);
        _tokens[Who.Forger] = new TokenIssuer(forged, TimeProvider.System).Issue(principal, "https://management.azure.com/").Value;
    }

    public string? TokenOf(Who who) => _tokens[who];

    public Task<Answer> SendAsync(string method, string path, string? body = null, Who who = Who.Owner, params (string Name, string Value)[] headers)
        => Client.SendAsync(method, path, TokenOf(who), body, headers);

    /// <summary>The answer to a question; if it is accepted only, what is at last at its Location.</summary>
    public async Task<Answer> AskAsync(string path, string? body = null)
    {
        var answer = await SendAsync("POST", path, body);
        while (answer.Status == 202)
        {
            Assert.NotNull(answer.Header("Retry-After"));
            answer = await SendAsync("GET", new Uri(answer.Header("Location") ?? throw new InvalidOperationException($"{answer.Request}: no Location.")).PathAndQuery);
            await Task.Delay(answer.Status == 202 ? 20 : 0);
        }

        return answer;
    }

    /// <summary>As <see cref="SendAsync"/>, followed to the end; fails unless it succeeds.</summary>
    public async Task<Answer> SucceedAsync(string method, string path, string? body = null)
    {
        var answer = (await SendAsync(method, path, body)).Expect(200, 201, 202, 204);
        await Client.FollowAsync(answer, TokenOf(Who.Owner));
        return answer;
    }

    /// <summary>A resource group of one's own, which <see cref="Who.Reader"/> may read.</summary>
    public async Task<string> GroupAsync()
    {
        var group = $"{Subscription}/resourceGroups/lab{Interlocked.Increment(ref _groups)}";
        await SucceedAsync("PUT", group, """{"location":"eastus"}""");
        var role = ResourceId.Parse(group).Resource(ResourceTypeName.Parse("Microsoft.Authorization/roleAssignments"), Guid.NewGuid().ToString());
        await SucceedAsync("PUT", role.ToString(), $$$"""
            {"properties":{"principalId":"{{{_reader}}}","roleDefinitionId":"{{{Subscription}}}/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"}}
            """);
        return group;
    }

    /// <summary>Makes one more subscription.</summary>
    public Task SubscribeAsync(string id)
        => Host.Kernel.Store.CommitAsync(new StoreTransaction { Writes = [new StoredSubscription(id, Host.Tenant.TenantId, "Other").ToWrite()] }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _node.Dispose();
        _state.Delete(recursive: true);
    }

    /// <summary>Somebody new, without any role.</summary>
    public async Task<(string ObjectId, string Token)> SignUpAsync(string name)
    {
        var (now, secret) = (TimeProvider.System.GetUtcNow(), PasswordHash.Generate(40));
        var application = new DirectoryApplication
        {
            ApplicationId = Guid.NewGuid().ToString(),
            ObjectId = Guid.NewGuid().ToString(),
            PrincipalId = Guid.NewGuid().ToString(),
            DisplayName = name,
            Created = now,
            Secrets = [new() { KeyId = Guid.NewGuid().ToString(), Hint = secret[..3], Hash = PasswordHash.OfGenerated(secret), Start = now, End = now.AddDays(1) }],
        };
        await new TenantDirectory(Host.Kernel.Store).SaveAsync(CancellationToken.None, TenantDirectory.Write(application));
        return (application.PrincipalId, await Client.TokenAsync(Host.Tenant.TenantId, application.ApplicationId, secret));
    }

    private sealed class ShiftedClock(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
