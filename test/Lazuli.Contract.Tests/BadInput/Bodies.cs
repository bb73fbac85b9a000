using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.BadInput;

/// <summary>Good bodies, to be spoilt in one place each.</summary>
internal static class Bodies
{
    public static string Nic(string ip = "", string more = "") => Json(
        """{"location":"eastus","properties":{"ipConfigurations":[{"name":"ip","properties":{"subnet":{"id":"{N}/virtualNetworks/v/subnets/b"}$0}}]$1}}""", ip, more);

    public static string Disk(string properties = "\"diskSizeGB\":4,\"creationData\":{\"createOption\":\"Empty\"}") => Json("""{"location":"eastus","properties":{$0}}""", properties);

    public static string Net(string prefixes = "\"10.1.0.0/16\"", string more = "")
        => Json("""{"location":"eastus","properties":{"addressSpace":{"addressPrefixes":[$0]}$1}}""", prefixes, more);

    public static string Subnets(params string[] namesAndPrefixes)
        => Net(more: $",\"subnets\":[{string.Join(',', namesAndPrefixes.Chunk(2).Select(p => Json("""{"name":"$0","properties":{"addressPrefix":"$1"}}""", p)))}]");

    public static string Rule(int priority = 100, string name = "r", string protocol = "Tcp", string port = "22", string source = "*") => Json(
        """
        {"name":"$1","properties":{"priority":$0,"direction":"Inbound","access":"Allow","protocol":"$2","sourcePortRange":"*","destinationPortRange":"$3",
          "sourceAddressPrefix":"$4","destinationAddressPrefix":"*"}}
        """, $"{priority}", name, protocol, port, source);

    public static string Nsg(params string[] rules) => Json("""{"location":"eastus","properties":{"securityRules":[$0]}}""", string.Join(',', rules));

    public static string Pip(string properties = "\"publicIPAllocationMethod\":\"Static\"", string more = "")
        => Json("""{"location":"eastus","sku":{"name":"Standard"},"properties":{$0}$1}""", properties, more);

    /// <summary>A machine on the free interface, with the values at these paths set anew; null takes one out.</summary>
    public static string Vm(params (string Path, string? Value)[] changes)
    {
        var body = JsonNode.Parse(Json(
            """
            {"location":"eastus","properties":{
              "hardwareProfile":{"vmSize":"Standard_B1s"},
              "storageProfile":{"imageReference":{"publisher":"lazuli","offer":"micro","sku":"1","version":"latest"},"osDisk":{"createOption":"FromImage"}},
              "osProfile":{"computerName":"guest","adminUsername":"azureuser","linuxConfiguration":{"disablePasswordAuthentication":true,
                "ssh":{"publicKeys":[{"path":"/home/azureuser/.ssh/authorized_keys","keyData":"$0"}]}}},
              "networkProfile":{"networkInterfaces":[{"id":"{N}/networkInterfaces/free"}]}}}
            """, Samples.Key)) ?? throw new InvalidOperationException();
        foreach (var (path, value) in changes)
        {
            var node = body;
            var names = path.Split('.');
            foreach (var name in names[..^1])
            {
                node = (int.TryParse(name, out var i) ? node[i] : node[name] ?? (node[name] = new JsonObject())) ?? throw new InvalidOperationException(path);
            }

            if (value is null)
            {
                node.AsObject().Remove(names[^1]);
            }
            else
            {
                node[names[^1]] = JsonNode.Parse(value);
            }
        }

        return body.ToJsonString();
    }

    public static string Password(string password) => Json("""{"computerName":"guest","adminUsername":"azureuser","adminPassword":"$0"}""", password);

    public static string DataDisks(int count, Func<int, int>? lun = null)
        => $"[{string.Join(',', Enumerable.Range(0, count).Select(i => Json("""{"lun":$0,"createOption":"Empty","diskSizeGB":4}""", $"{lun?.Invoke(i) ?? i}")))}]";

    public static string Template(string resources) => Json(
        """
        {"properties":{"mode":"Incremental","template":{"$schema":"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#","contentVersion":"1.0.0.0",
          "resources":[$0]}}}
        """, resources);

    public static string Nested(int depth)
        => Json("""{"location":"eastus","properties":$0}""", string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth));

    public static string Tags(params string[] namesAndValues)
        => Json("""{"location":"eastus","tags":{$0}}""", string.Join(',', namesAndValues.Chunk(2).Select(t => $"\"{t[0]}\":\"{t[1]}\"")));

    private static string Json(string text, params string[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            text = text.Replace($"${i}", values[i], StringComparison.Ordinal);
        }

        return text;
    }
}
