using System.Buffers.Binary;
using System.Net;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Engines.Tests.Net;

/// <summary>Which frames a packet capture's filter takes.</summary>
public sealed class CaptureFilterTests
{
    [Theory]
    [InlineData("Any", "", "", "", "", true, true)]
    [InlineData("TCP", "", "", "", "", true, true)]
    [InlineData("UDP", "", "", "", "", false, false)]
    [InlineData("TCP", "", "", "5000", "", true, false)]
    [InlineData("TCP", "", "", "", "5000", false, true)]
    [InlineData("TCP", "", "", "80;5000-5001", "443;80", true, false)]
    [InlineData("Any", "10.0.0.4", "", "", "", true, false)]
    [InlineData("Any", "", "10.0.0.4", "", "", false, true)]
    [InlineData("Any", "10.0.0.1-10.0.0.9", "10.0.0.1-10.0.0.9", "", "", true, true)]
    [InlineData("Any", "10.0.0.6-10.0.0.9;10.0.0.1", "", "", "", false, false)]
    [InlineData("Any", "::1", "", "", "", false, false)]
    public void Local_is_the_machines_side_whoever_sent_the_frame(string protocol, string local, string remote, string localPorts, string remotePorts, bool sent, bool got)
    {
        var filter = CaptureFilter.Of(new() { Protocol = protocol, LocalAddresses = local, RemoteAddresses = remote, LocalPorts = localPorts, RemotePorts = remotePorts });
        var frame = Frame(6, "10.0.0.4", 5000, "10.0.0.5", 80);
        Assert.Equal((sent, got), (filter.Takes(fromGuest: true, frame), filter.Takes(fromGuest: false, frame)));
    }

    [Fact]
    public void What_has_no_ports_is_taken_only_where_none_are_asked_for()
    {
        var fragment = Frame(17, "10.0.0.4", 5000, "10.0.0.5", 80);
        fragment[21] = 9;
        byte[] arp = [.. new byte[12], 8, 6, .. new byte[28]];
        var (every, udp, port) = (CaptureFilter.Of(new()), CaptureFilter.Of(new() { Protocol = "UDP" }), CaptureFilter.Of(new() { LocalPorts = "0-65535" }));
        Assert.Equal((true, true, false), (every.Takes(true, fragment), udp.Takes(true, fragment), port.Takes(true, fragment)));
        Assert.Equal((true, false, false), (every.Takes(true, arp), udp.Takes(true, arp), port.Takes(true, arp)));
        Assert.False(udp.Takes(true, fragment.AsSpan(0, 20)));
    }

    [Theory]
    [InlineData("SCTP", "", "", nameof(CaptureFilterSpec.Protocol))]
    [InlineData("TCP", "10.0.0.0/8", "", nameof(CaptureFilterSpec.LocalAddresses))]
    [InlineData("TCP", "10.0.0.1-::1", "", nameof(CaptureFilterSpec.LocalAddresses))]
    [InlineData("TCP", "", "80-79", nameof(CaptureFilterSpec.LocalPorts))]
    [InlineData("TCP", "", "65536", nameof(CaptureFilterSpec.LocalPorts))]
    [InlineData("TCP", "", "1-2-3", nameof(CaptureFilterSpec.LocalPorts))]
    public void What_can_not_be_read_is_named(string protocol, string local, string ports, string named)
        => Assert.Equal(named, Assert.Throws<FormatException>(() => CaptureFilter.Of(new() { Protocol = protocol, LocalAddresses = local, LocalPorts = ports })).Message);

    private static byte[] Frame(byte protocol, string from, ushort fromPort, string to, ushort toPort)
    {
        byte[] frame = [.. new byte[12], 8, 0, 0x45, 0, 0, 40, 0, 0, 0, 0, 64, protocol, 0, 0, .. IPAddress.Parse(from).GetAddressBytes(), .. IPAddress.Parse(to).GetAddressBytes(), .. new byte[20]];
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(34), fromPort);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(36), toPort);
        return frame;
    }
}
