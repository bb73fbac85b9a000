using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Lazuli.Providers.Resources.Deployments.Language.Values;
using static Lazuli.Providers.Resources.Deployments.Language.Functions.Define;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>parseCidr, cidrSubnet and cidrHost, for both IP versions.</summary>
internal static class CidrFunctions
{
    public static IEnumerable<TemplateFunction> All =>
    [
        Function("parseCidr", 1, Describe),
        Function("cidrSubnet", 3, Subnet),
        Function("cidrHost", 2, Host),
    ];

    private static Block Parse(Call call)
    {
        var text = call.String(0);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash > 0
            && IPAddress.TryParse(text.AsSpan(0, slash), out var address)
            && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var prefix))
        {
            var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            if (prefix <= bits)
            {
                var size = BigInteger.One << (bits - prefix);
                var number = new BigInteger(address.GetAddressBytes(), isUnsigned: true, isBigEndian: true);
                return new(number / size * size, size, prefix, bits);
            }
        }

        throw call.Fault($"'{text}' is not an address range in CIDR notation");
    }

    private static ObjectValue Describe(Call call)
    {
        var block = Parse(call);
        var last = block.First + block.Size - 1;
        var result = new ObjectBuilder()
            .Set("network", block.Text(block.First))
            .Set("netmask", block.Text((BigInteger.One << block.Bits) - block.Size));
        if (block.Bits == 32)
        {
            var usable = block.Size > 2 ? 1 : 0;
            result.Set("broadcast", block.Text(last)).Set("firstUsable", block.Text(block.First + usable)).Set("lastUsable", block.Text(last - usable));
        }
        else
        {
            result.Set("firstUsable", block.Text(block.First)).Set("lastUsable", block.Text(last));
        }

        return result.Set("cidr", Value.Of(block.Prefix)).Build();
    }

    private static StringValue Subnet(Call call)
    {
        var block = Parse(call);
        var prefix = call.Integer(1);
        var index = call.Integer(2);
        if (prefix < block.Prefix || prefix > block.Bits)
        {
            throw call.Fault($"the new prefix length '{prefix}' must be between {block.Prefix} and {block.Bits}");
        }

        var size = BigInteger.One << (block.Bits - (int)prefix);
        return index >= 0 && index < block.Size / size
            ? call.Text($"{block.Text(block.First + (size * index))}/{prefix}")
            : throw call.Fault($"there is no subnet '{index}' of prefix length '{prefix}' in '{call.String(0)}'");
    }

    private static StringValue Host(Call call)
    {
        var block = Parse(call);
        var index = call.Integer(1);
        var skipped = block.Bits == 32 && block.Size > 2 ? 1 : 0;
        return index >= 0 && index < block.Size - (2 * skipped)
            ? call.Text(block.Text(block.First + skipped + index))
            : throw call.Fault($"there is no host '{index}' in '{call.String(0)}'");
    }

    private sealed record Block(BigInteger First, BigInteger Size, int Prefix, int Bits)
    {
        public string Text(BigInteger number)
        {
            var bytes = new byte[Bits / 8];
            var written = number.ToByteArray(isUnsigned: true, isBigEndian: true);
            written.CopyTo(bytes, bytes.Length - written.Length);
            return new IPAddress(bytes).ToString();
        }
    }
}
