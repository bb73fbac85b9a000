using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.BadInput;

/// <summary>What the bad requests go at: a network in use, a machine, a disk, and groups under lock. Made once; no case may change it.</summary>
public sealed class BadStage(Lab lab) : IAsyncLifetime
{
    public string Group { get; private set; } = "";

    public Lab Lab => lab;

    public async ValueTask InitializeAsync()
    {
        Group = await lab.GroupAsync();
        await PutAsync("N/networkSecurityGroups/g", """{"location":"eastus"}""");
        await PutAsync("N/virtualNetworks/v", """
            {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[
              {"name":"a","properties":{"addressPrefix":"10.0.0.0/24"}},{"name":"b","properties":{"addressPrefix":"10.0.1.0/24"}}]}}
            """);
        await PutAsync("N/virtualNetworks/far", """
            {"location":"westeurope","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[{"name":"a","properties":{"addressPrefix":"10.0.0.0/24"}}]}}
            """);
        await PutAsync("N/publicIPAddresses/p", """
            {"location":"eastus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static","dnsSettings":{"domainNameLabel":"bad-input"}}}
            """);
        await PutAsync("N/networkInterfaces/n", """
            {"location":"eastus","properties":{"networkSecurityGroup":{"id":"{N}/networkSecurityGroups/g"},"ipConfigurations":[{"name":"ip","properties":{
              "subnet":{"id":"{N}/virtualNetworks/v/subnets/a"},"publicIPAddress":{"id":"{N}/publicIPAddresses/p"}}}]}}
            """);
        await PutAsync("N/networkInterfaces/free", Bodies.Nic());
        await PutAsync("C/disks/k", Bodies.Disk());
        await PutAsync("C/virtualMachines/m", Bodies.Vm().Replace("networkInterfaces/free", "networkInterfaces/n", StringComparison.Ordinal));
        foreach (var (suffix, level) in new[] { ("-frozen", "ReadOnly"), ("-kept", "CanNotDelete") })
        {
            await lab.SucceedAsync("PUT", Group + suffix, """{"location":"eastus"}""");
            await PutAsync($"{{group}}{suffix}/providers/Microsoft.Network/networkSecurityGroups/g", """{"location":"eastus"}""");
            await PutAsync($"{{group}}{suffix}/providers/Microsoft.Authorization/locks/l", $$$"""{"properties":{"level":"{{{level}}}"}}""");
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Short forms of paths and ids: <c>N/…</c> for Microsoft.Network in the group, <c>C/…</c> Compute, <c>A/…</c> Authorization, <c>R/…</c> Resources; in bodies <c>{N}</c> and so on.</summary>
    public string Path(string text) => Fill(text.Length > 1 && text[1] == '/' && text[0] is 'N' or 'C' or 'A' or 'R' ? $"{{{text[0]}}}{text[1..]}" : text);

    public string Fill(string text) => text
        .Replace("{N}", "{group}/providers/Microsoft.Network", StringComparison.Ordinal)
        .Replace("{C}", "{group}/providers/Microsoft.Compute", StringComparison.Ordinal)
        .Replace("{A}", "{group}/providers/Microsoft.Authorization", StringComparison.Ordinal)
        .Replace("{R}", "{group}/providers/Microsoft.Resources", StringComparison.Ordinal)
        .Replace("{group}", Group, StringComparison.Ordinal)
        .Replace("{assignee}", lab.Assignee, StringComparison.Ordinal)
        .Replace("{subscription}", lab.Subscription, StringComparison.Ordinal);

    private Task<Answer> PutAsync(string path, string body) => lab.SucceedAsync("PUT", Path(path), Fill(body));
}
