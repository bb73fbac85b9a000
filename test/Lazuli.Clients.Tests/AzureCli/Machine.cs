using System.Text.Json.Nodes;

namespace Lazuli.Clients.Tests.AzureCli;

/// <summary>A machine that <c>az vm create</c> made, in a resource group of its own.</summary>
public sealed class Machine
{
    private const string BootId = "cat /proc/sys/kernel/random/boot_id";

    private Machine(Az az, string group, string name, JsonNode created, string vmId)
        => (Az, Group, Name, Created, VmId) = (az, group, name, created, vmId);

    public Az Az { get; }
    public string Group { get; }
    public string Name { get; }

    /// <summary>What <c>az vm create</c> printed.</summary>
    public JsonNode Created { get; }

    public string VmId { get; }

    public string PublicAddress => (string)Created["publicIpAddress"]!;

    /// <summary>Signs in, makes a resource group and a machine in it.</summary>
    public static async Task<Machine> CreateAsync(Cloud cloud, string group, string image, string customData, params string[] more)
    {
        var az = await Az.SignedInAsync(cloud);
        await az.RunAsync($"group create -n {group} -l westeurope");
        var file = az.Write("custom-data", customData);
        var created = await az.RunAsync(
            $"vm create -g {group} -n {group}vm --image {image} --size Standard_B1s --admin-username azureuser --generate-ssh-keys --custom-data {file}", more);
        var vmId = (string)(await az.RunAsync($"vm show -g {group} -n {group}vm"))!["vmId"]!;
        return new(az, group, group + "vm", created!, vmId);
    }

    /// <summary>Runs <c>az vm COMMAND</c> on this machine.</summary>
    public Task<JsonNode?> VmAsync(string command, string options = "") => Az.RunAsync($"vm {command} -g {Group} -n {Name} {options}");

    public async Task<string?> PowerStateAsync() => (string?)(await VmAsync("show", "-d"))!["powerState"];

    public Task<string> InGuestAsync(string command) => Az.InGuestAsync(PublicAddress, command);

    public Task<string> InGuestUntilAsync(string command, string expected) => Az.InGuestUntilAsync(PublicAddress, command, expected);

    public Task<string> BootIdAsync() => InGuestAsync(BootId);

    /// <summary>The version of the guest's agent, which comes with the agent's own status, some time after the guest was Ready.</summary>
    public async Task<string?> AgentVersionAsync()
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var version = (string?)(await VmAsync("get-instance-view"))?["instanceView"]?["vmAgent"]?["vmAgentVersion"];
            if (version != "Unknown" || started.Elapsed > TimeSpan.FromMinutes(2))
            {
                return version;
            }
        }
    }

    /// <summary>The guest's boot id once it is another one: right after a restart the old guest may still answer.</summary>
    public async Task<string> BootIdAfterAsync(string before)
    {
        var started = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            var now = await BootIdAsync();
            if (now != before || started.Elapsed > TimeSpan.FromMinutes(2))
            {
                return now;
            }
        }
    }
}
