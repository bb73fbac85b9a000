using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Network.NetworkInterfaces;

namespace Lazuli.Providers.Network.VirtualNetworks;

/// <summary>Questions about a network's addresses.</summary>
internal static class VirtualNetworkActions
{
    private const int Suggestions = 5;

    /// <summary><c>GET …/CheckIPAddressAvailability?ipAddress=10.0.0.4</c>.</summary>
    public static Result<ActionResult<VirtualNetworkProperties>> CheckAddress(ActionContext<VirtualNetworkProperties> context)
    {
        var text = context.Request.Query.GetValueOrDefault("ipaddress");
        if (!Cidr.TryAddress(text, out var address))
        {
            return NetworkErrors.InvalidAddress(text ?? "", "ipAddress");
        }

        var subnets = context.Resource.Properties.Subnets ?? [];
        var prefix = subnets.SelectMany(s => s.Properties?.Prefixes ?? []).Select(Cidr.Parse).FirstOrDefault(p => p.Contains(address));
        if (prefix == default)
        {
            return NetworkErrors.AddressNotInSubnet(text ?? "", string.Join(", ", subnets.SelectMany(s => s.Properties?.Prefixes ?? [])));
        }

        var taken = PrivateAddresses.Taken(context.View, context.Resource.Id);
        var reserved = PrivateAddresses.IsReserved(prefix, address);
        var free = !reserved && !taken.ContainsKey(address);
        return new ActionResult<VirtualNetworkProperties>
        {
            Body = JsonWriting.ToBytes(json =>
            {
                json.WriteStartObject();
                json.WriteBoolean("available", free);
                if (!free)
                {
                    json.WriteStartArray("availableIPAddresses");
                    foreach (var other in PrivateAddresses.Free(prefix, taken.ContainsKey).Take(Suggestions))
                    {
                        json.WriteStringValue(Cidr.Text(other));
                    }

                    json.WriteEndArray();
                }

                json.WriteBoolean("isPlatformReserved", reserved);
                json.WriteEndObject();
            }),
        };
    }

    /// <summary><c>GET …/usages</c>: each subnet's addresses, taken and in all.</summary>
    public static Result<ActionResult<VirtualNetworkProperties>> Usages(ActionContext<VirtualNetworkProperties> context) => new ActionResult<VirtualNetworkProperties>
    {
        Body = JsonWriting.List(context.Resource.Properties.Subnets ?? [], (json, subnet) =>
        {
            json.WriteStartObject();
            json.WriteNumber("currentValue", PrivateAddresses.UsersOf(context.View, context.Resource.Id.Child("subnets", subnet.Name ?? "")).Count());
            json.WriteString("id", subnet.Id);
            json.WriteNumber("limit", (subnet.Properties?.Prefixes ?? []).Select(Cidr.Parse).Sum(p => p.Size - PrivateAddresses.ReservedPerPrefix));
            json.WriteStartObject("name");
            json.WriteString("localizedValue", "Subnet size and usage");
            json.WriteString("value", "SubnetSpace");
            json.WriteEndObject();
            json.WriteString("unit", "Count");
            json.WriteEndObject();
        }),
    };
}
