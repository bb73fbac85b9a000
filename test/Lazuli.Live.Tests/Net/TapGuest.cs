using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Lazuli.Engines.Linux.Host;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Microsoft.Win32.SafeHandles;

namespace Lazuli.Live.Tests.Net;

/// <summary>Sits behind a NIC's TAP as QEMU does, and sends and hears bare frames.</summary>
internal sealed class TapGuest : IDisposable
{
    private readonly string _probe;
    private readonly SafeFileHandle _tap;
    private readonly Channel<byte[]> _heard = Channel.CreateUnbounded<byte[]>();

    private TapGuest(SafeFileHandle tap, byte[] mac, string probe)
    {
        (_tap, Mac, _probe) = (tap, mac, probe);
        new Thread(Hear) { IsBackground = true }.Start();
    }

    public byte[] Mac { get; }

    /// <summary>Plugs in and waits until the kernel sends: a device's queue wakes a moment after its plug.</summary>
    public static async Task<TapGuest> OpenAsync(NicItem nic)
    {
        var device = NicDevice.Of(nic);
        var tap = NetNamespace.Run(device.Namespace, () => TapCable.OpenTap(device.Interface));
        // An address of the network that nobody has: the kernel answers for those, too.
        var own = nic.IpConfigs[0].PrivateAddress;
        var guest = new TapGuest(tap, PhysicalAddress.Parse(nic.MacAddress).GetAddressBytes(), own[..own.LastIndexOf('.')] + ".99");
        for (var patience = 0; patience < 100; patience++)
        {
            guest.Ask(guest.Mac, own, guest._probe);
            using var soon = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
            try
            {
                await guest._heard.Reader.ReadAsync(soon.Token);
                return guest;
            }
            catch (OperationCanceledException)
            {
                // Not awake yet.
            }
        }

        throw new TimeoutException("The TAP never answered.");
    }

    /// <summary>Asks by ARP who has an address.</summary>
    public void Ask(byte[] mac, string sender, string target) => Send(
    [
        0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. mac, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1,
        .. mac, .. IPAddress.Parse(sender).GetAddressBytes(), 0, 0, 0, 0, 0, 0, .. IPAddress.Parse(target).GetAddressBytes(),
    ]);

    /// <summary>The next frame that is an answer to such a question: who answered, for which address.</summary>
    public async Task<(string Mac, IPAddress Address)> HearAnswerAsync()
    {
        while (true)
        {
            var frame = await ReceiveAsync();
            if (frame is [_, _, _, _, _, _, _, _, _, _, _, _, 8, 6, ..] && frame[21] == 2 && new IPAddress(frame[28..32]).ToString() != _probe)
            {
                Assert.Equal(Mac, frame[..6]);
                Assert.Equal(frame[6..12], frame[22..28]);
                return (string.Join(':', frame[22..28].Select(b => b.ToString("x2", null))), new IPAddress(frame[28..32]));
            }
        }
    }

    /// <summary>Everything up to the next frame that ends with the text, but ARP: what datagrams say, what other frames are.</summary>
    public async Task<IReadOnlyList<string>> HearUntilAsync(string text)
    {
        List<string> heard = [];
        while (heard is not [.., var last] || last != text)
        {
            var frame = await ReceiveAsync();
            if (frame is [_, _, _, _, _, _, _, _, _, _, _, _, 8, 0, ..] && frame.Length > 42)
            {
                heard.Add(Encoding.ASCII.GetString(frame.AsSpan(42)).TrimEnd('\0'));
            }
            else
            {
                heard.Add(Convert.ToHexString(frame));
            }
        }

        return heard;
    }

    /// <summary>Forgets the answers to the questions of the beginning.</summary>
    public async Task HearAnswersAsync()
    {
        Ask(Mac, "10.0.0.5", "10.0.0.98");
        while (!(await ReceiveAsync()).AsSpan(28, 4).SequenceEqual(IPAddress.Parse("10.0.0.98").GetAddressBytes()))
        {
        }
    }

    public void Send(byte[] frame) => Assert.Equal(frame.Length, Write(_tap, frame, frame.Length));

    /// <summary>Sends a UDP datagram.</summary>
    public void SendUdp(byte[] mac, string from, string to, int port, string text, byte[]? toMac = null)
    {
        var data = Encoding.ASCII.GetBytes(text);
        byte[] udp = [0, 68, .. Big(port), .. Big(8 + data.Length), 0, 0, .. data];
        byte[] ip = [0x45, 0, .. Big(20 + udp.Length), 0, 1, 0, 0, 64, 17, 0, 0, .. IPAddress.Parse(from).GetAddressBytes(), .. IPAddress.Parse(to).GetAddressBytes()];
        var sum = Enumerable.Range(0, 10).Sum(i => (ip[2 * i] << 8) | ip[2 * i + 1]);
        (ip[10], ip[11]) = (Big(~((sum & 0xffff) + (sum >> 16)))[0], Big(~((sum & 0xffff) + (sum >> 16)))[1]);
        Send([.. toMac ?? PhysicalAddress.Parse(WellKnown.NeighbourMac.Replace(':', '-').ToUpperInvariant()).GetAddressBytes(), .. mac, 8, 0, .. ip, .. udp]);

        static byte[] Big(int n) => [(byte)(n >> 8), (byte)n];
    }

    /// <summary>Sends an ICMPv6 packet with a hop limit of 255; its checksum is filled in.</summary>
    public void SendIcmp6(string from, string to, byte[] message) => SendIpv6(from, to, 58, message, 2);

    /// <summary>Sends a UDP datagram by IPv6.</summary>
    public void SendUdp6(string from, string to, int port, string text)
        => SendIpv6(from, to, 17, [0, 68, (byte)(port >> 8), (byte)port, 0, (byte)(8 + text.Length), 0, 0, .. Encoding.ASCII.GetBytes(text)], 6);

    /// <summary>The next ICMPv6 packet of a type, with its link-layer header.</summary>
    public async Task<byte[]> HearIcmp6Async(byte type)
    {
        while (true)
        {
            if (await ReceiveAsync() is { Length: > 58 } frame && frame[12] == 0x86 && frame[20] == 58 && frame[54] == type)
            {
                return frame;
            }
        }
    }

    private void SendIpv6(string from, string to, byte protocol, byte[] message, int checksumAt)
    {
        byte[] addresses = [.. IPAddress.Parse(from).GetAddressBytes(), .. IPAddress.Parse(to).GetAddressBytes()];
        byte[] summed = [.. addresses, 0, 0, 0, (byte)message.Length, 0, 0, 0, protocol, .. message, .. message.Length % 2 == 0 ? Array.Empty<byte>() : [0]];
        var sum = Enumerable.Range(0, summed.Length / 2).Sum(i => (summed[2 * i] << 8) | summed[(2 * i) + 1]);
        sum = (sum & 0xffff) + (sum >> 16);
        sum = ~((sum & 0xffff) + (sum >> 16));
        (message[checksumAt], message[checksumAt + 1]) = ((byte)(sum >> 8), (byte)sum);
        byte[] destination = to.StartsWith("ff", StringComparison.Ordinal) ? [0x33, 0x33, .. addresses[28..32]] : [0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc];
        Send([.. destination, .. Mac, 0x86, 0xdd, 0x60, 0, 0, 0, 0, (byte)message.Length, protocol, 255, .. addresses, .. message]);
    }

    public void Dispose() => _tap.Dispose();

    private async Task<byte[]> ReceiveAsync()
    {
        using var patience = new CancellationTokenSource(LiveNetWorld.Patience);
        return await _heard.Reader.ReadAsync(patience.Token);
    }

    private void Hear()
    {
        var buffer = new byte[2048];
        try
        {
            while ((int)Read(_tap, buffer, buffer.Length) is > 0 and var length)
            {
                _heard.Writer.TryWrite(buffer[..length]);
            }
        }
        catch (ObjectDisposedException)
        {
            // Unplugged.
        }
    }

    [DllImport("libc", EntryPoint = "read", SetLastError = true)]
    private static extern nint Read(SafeFileHandle file, byte[] buffer, nint length);

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    private static extern nint Write(SafeFileHandle file, byte[] buffer, nint length);
}
