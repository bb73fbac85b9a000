namespace Lazuli.Engines.Node.Fake;

/// <summary>What a machine without packets has to show.</summary>
internal static class FakePackets
{
    /// <summary>A file of libpcap's format with nothing in it.</summary>
    public static byte[] Empty { get; } = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0];
}
