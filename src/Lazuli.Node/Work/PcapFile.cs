using System.Buffers.Binary;

namespace Lazuli.Node.Work;

/// <summary>A file of libpcap's classic format (draft-ietf-opsawg-pcap): Ethernet, times in microseconds. What an interrupted write left half is cut off when it is opened.</summary>
internal sealed class PcapFile : IDisposable
{
    private const uint Magic = 0xa1b2c3d4;
    private const int Header = 24;
    private const int RecordHeader = 16;
    private const int Longest = 1 << 18;
    private readonly FileStream _file;

    private PcapFile(FileStream file) => _file = file;

    public long Length => _file.Length;

    /// <exception cref="IOException">The file can't be written.</exception>
    public static PcapFile Open(string path)
    {
        var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read | FileShare.Delete, BufferSize = 0 });
        var end = Whole(file);
        file.SetLength(end);
        file.Position = end;
        if (end == 0)
        {
            var header = new byte[Header];
            BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), 2);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(6), 4);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(16), Longest);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), 1);
            file.Write(header);
        }

        return new(file);
    }

    /// <summary>Bytes that a frame takes in the file.</summary>
    public static int SizeOf(ReadOnlySpan<byte> frame) => RecordHeader + frame.Length;

    public void Append(DateTimeOffset time, int length, ReadOnlySpan<byte> frame)
    {
        Span<byte> record = new byte[SizeOf(frame)];
        var microseconds = time.ToUnixTimeMilliseconds() * 1000 + time.Microsecond;
        BinaryPrimitives.WriteUInt32LittleEndian(record, (uint)(microseconds / 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], (uint)(microseconds % 1_000_000));
        BinaryPrimitives.WriteUInt32LittleEndian(record[8..], (uint)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record[12..], (uint)length);
        frame.CopyTo(record[RecordHeader..]);
        _file.Write(record);
    }

    public void Dispose() => _file.Dispose();

    // The end of the last record that is there in full.
    private static long Whole(FileStream file)
    {
        var record = new byte[RecordHeader];
        if (file.Length < Header)
        {
            return 0;
        }

        for (long at = Header; ;)
        {
            file.Position = at;
            if (file.ReadAtLeast(record, RecordHeader, throwOnEndOfStream: false) < RecordHeader)
            {
                return at;
            }

            var next = at + RecordHeader + BinaryPrimitives.ReadUInt32LittleEndian(record.AsSpan(8));
            if (next > file.Length)
            {
                return at;
            }

            at = next;
        }
    }
}
