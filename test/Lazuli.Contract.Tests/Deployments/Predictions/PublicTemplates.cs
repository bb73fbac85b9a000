using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments.Predictions;

/// <summary>Templates of Azure's public collection: a folder each, with <c>azuredeploy.json</c>, parameters beside it, and placeholders in them that have to be filled in.</summary>
internal static partial class PublicTemplates
{
    private static readonly JsonDocumentOptions Lenient = new() { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip };

    public static JsonObject Read(string path) => (JsonObject)(JsonNode.Parse(File.ReadAllText(path), null, Lenient) ?? throw new InvalidDataException(path));

    /// <summary>The values of the parameters of the template in <paramref name="folder"/>; null when some need what only its author has.</summary>
    public static async Task<JsonObject?> ParametersAsync(Lab lab, string folder)
    {
        var file = Path.Combine(folder, "azuredeploy.parameters.json");
        if (!File.Exists(file))
        {
            return [];
        }

        var text = File.ReadAllText(file);
        if (text.Contains("GEN-VNET-", StringComparison.Ordinal))
        {
            await lab.SucceedAsync("PUT", $"{lab.Subscription}/resourceGroups/prerequisites", """{"location":"eastus"}""");
            await lab.SucceedAsync("PUT", $"{lab.Subscription}/resourceGroups/prerequisites/providers/Microsoft.Network/virtualNetworks/prerequisite", """
                {"location":"eastus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/16"]},"subnets":[
                  {"name":"subnet1","properties":{"addressPrefix":"10.0.1.0/24"}},{"name":"subnet2","properties":{"addressPrefix":"10.0.2.0/24"}}]}}
                """);
        }

        var filled = Placeholder().Replace(text, m => Value(m.Value, folder) ?? m.Value);
        return Placeholder().IsMatch(filled) ? null : JsonNode.Parse(filled, null, Lenient)!["parameters"] as JsonObject;
    }

    private static string? Value(string placeholder, string seed)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)));
        return placeholder switch
        {
            "GEN-PASSWORD" => "Lzl1!" + hash[..12],
            "GEN-GUID" => new Guid(Convert.FromHexString(hash[..32])).ToString(),
            "GEN-SSH-PUB-KEY" => Samples.Key,
            "GEN-VNET-NAME" => "prerequisite",
            "GEN-VNET-RESOURCEGROUP-NAME" => "prerequisites",
            "GEN-VNET-SUBNET1-NAME" => "subnet1",
            "GEN-VNET-SUBNET2-NAME" => "subnet2",
            _ when Unique().Match(placeholder) is { Success: true } unique => ("lz" + hash)[..(unique.Groups[1].Success ? int.Parse(unique.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 10)],
            _ => null,
        };
    }

    [GeneratedRegex("GEN-[A-Z0-9-]*[A-Z0-9]")]
    private static partial Regex Placeholder();

    [GeneratedRegex("^GEN-UNIQUE(?:-([0-9]+))?$")]
    private static partial Regex Unique();
}
