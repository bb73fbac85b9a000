using System.Net;
using System.Text.Json.Nodes;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Node.Work;
using static Lazuli.Engines.Tests.Net.Nets;

namespace Lazuli.Engines.Tests.Node;

/// <summary>What flow logs have in their files, and for how long.</summary>
public sealed class FlowLogFilesTests : IDisposable
{
    private const string Group = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/networkSecurityGroups/g";
    private const string Hour = "macAddress=000D3A000004/PT1H.json";
    private static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 30, 0, TimeSpan.Zero);
    private static readonly NicItem Card = Nic("n", "10.0.0.4") with { MacAddress = "00-0D-3A-00-00-04" };
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("lazuli-flows-");
    private readonly FlowLogFiles _files;

    public FlowLogFilesTests() => _files = new(_directory.FullName);

    [Fact]
    public void The_first_form_tells_of_decisions_the_second_of_all_that_went_through()
    {
        FlowLine[] lines =
        [
            Line('B', "UserRule_web", true, 6, 80), Line('D', "DefaultRule_DenyAllInBound", false, 17, 53), Line('C', "UserRule_web", true, 6, 80, 3), Line('E', "UserRule_web", true, 6, 80, 4), Line('D', "DefaultRule_DenyAllInBound", false, 50, 0),
        ];
        const string begun = "1795177800,198.18.255.254,10.0.0.4,40000,80,T,I,A", denied = "1795177800,198.18.255.254,10.0.0.4,40000,53,U,I,D", other = "1795177800,198.18.255.254,10.0.0.4,40000,0,50,I,D";
        foreach (var (version, web, rest) in new (int, string[], string[])[]
        {
            (1, [begun], [denied, other]),
            (2, [begun + ",B,,,,", begun + ",C,3,300,30,3000", begun + ",E,4,400,40,4000"], [denied + ",B,,,,", other + ",B,,,,"]),
        })
        {
            var log = Log(version, $"v{version}");
            _files.Append(log, Card, lines, _ => null, Now);
            var record = Assert.Single(Read(log))!;
            Assert.Equal(("NetworkSecurityGroupFlowEvent", "000D3A000004", Group.ToUpperInvariant()), ((string?)record["category"], (string?)record["macAddress"], (string?)record["resourceId"]));
            Assert.Equal(version, (int?)record["properties"]!["Version"]);
            Assert.Equal(["UserRule_web", "DefaultRule_DenyAllInBound"], record["properties"]!["flows"]!.AsArray().Select(f => (string?)f!["rule"]));
            Assert.Equal([web, rest], record["properties"]!["flows"]!.AsArray().Select(f => f!["flows"]![0]!["flowTuples"]!.AsArray().Select(t => (string)t!).ToArray()));
        }
    }

    [Fact]
    public void What_the_first_form_has_no_word_for_makes_no_record()
    {
        var log = Log(1, "logs");
        _files.Append(log, Card, [Line('C', "UserRule_web", true, 6, 80, 3)], _ => null, Now);
        Assert.Empty(_directory.GetFiles("*", SearchOption.AllDirectories));
        _files.Append(log, Card, [Line('B', "UserRule_web", true, 6, 80)], _ => null, Now);
        _files.Append(log, Card, [Line('B', "UserRule_web", true, 6, 80)], _ => null, Now.AddMinutes(1));
        Assert.Equal(2, Read(log).Count);
    }

    [Fact]
    public void Files_go_when_they_are_older_than_their_log_keeps()
    {
        var (short_, endless, off) = (Log(2, "short") with { RetentionDays = 2 }, Log(2, "endless"), Log(2, "off") with { RetentionDays = 1, Enabled = false });
        foreach (var log in new[] { short_, endless, off })
        {
            foreach (var hours in new[] { 0, 47, 48, 49, 24 * 400 })
            {
                _files.Append(log, Card, [Line('B', "UserRule_web", true, 6, 80)], _ => null, Now.AddHours(-hours));
            }
        }

        _files.Sweep([short_, endless, off], Now);
        Assert.Equal((3, 5, 1), (Count("short"), Count("endless"), Count("off")));

        // It looks once an hour.
        _files.Sweep([endless with { RetentionDays = 1 }], Now.AddMinutes(59));
        Assert.Equal(5, Count("endless"));
        _files.Sweep([endless with { RetentionDays = 1 }], Now.AddMinutes(60));
        Assert.Equal(1, Count("endless"));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private int Count(string account) => new DirectoryInfo(Path.Combine(_directory.FullName, account)).GetFiles("PT1H.json", SearchOption.AllDirectories).Length;

    private JsonArray Read(FlowLogItem log)
        => JsonNode.Parse(File.ReadAllText(Path.Combine(
            _directory.FullName, log.Account, "insights-logs-networksecuritygroupflowevent/resourceId=" + Group.ToUpperInvariant(), "y=2026/m=11/d=20/h=12/m=00", Hour)))!["records"]!.AsArray();

    private static FlowLogItem Log(int version, string account) => new()
    {
        Key = account,
        TargetKey = Group.ToLowerInvariant(),
        ResourceId = "/subscriptions/s/resourceGroups/r/providers/Microsoft.Network/networkWatchers/w/flowLogs/" + account,
        TargetId = Group,
        Guid = new Guid("6b1b3e0e-0000-4000-8000-000000000001"),
        Enabled = true,
        Version = version,
        Account = account,
    };

    private static FlowLine Line(char state, string rule, bool allowed, byte protocol, ushort port, long packets = 0) => new(
        Now,
        new(new(protocol, IPAddress.Parse("198.18.255.254"), IPAddress.Parse("10.0.0.4"), 40000, port), NicDevice.InterfaceOf(Card.Key), true, FlowLogs.TagOf(Group.ToLowerInvariant()), rule, allowed),
        state, packets, packets * 100, packets * 10, packets * 1000);
}
