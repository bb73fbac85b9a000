using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Lazuli.Providers.ResourceGraph.Kql.Values;
using static Lazuli.Providers.ResourceGraph.Kql.Functions.Define;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary><c>hash</c>: XXH64 (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), as Kusto's; and the cryptographic ones.</summary>
internal static class HashFunctions
{
    private const ulong P1 = 11400714785074694791;
    private const ulong P2 = 14029467366897019727;
    private const ulong P3 = 1609587929392839161;
    private const ulong P4 = 9650029242287828579;
    private const ulong P5 = 2870177450012600261;

    public static IEnumerable<KqlFunction> All =>
    [
        Function("hash", 1, 2, ValueKind.Long, a => Reduced(Hash(a[0]), At(a, 1))),
        Function("hash_xxhash64", 1, 2, ValueKind.Long, a => Reduced(Hash(a[0]), At(a, 1))),
        Text("hash_sha256", t => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(t)))),
    ];

    private static Value Reduced(long hash, Value modulus)
        => modulus.IsNull ? Value.Of(hash) : modulus.Kind.IsWhole() && modulus.AsLong > 0 ? Value.Of((long)((ulong)hash % (ulong)modulus.AsLong)) : Value.Null;

    // Numbers and dates by their eight bytes.
    private static long Hash(Value value)
    {
        if (value.Kind is not (ValueKind.Long or ValueKind.DateTime or ValueKind.TimeSpan))
        {
            return (long)Hash(Encoding.UTF8.GetBytes(value.ToText()));
        }

        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value.AsLong);
        return (long)Hash(bytes);
    }

    private static ulong Hash(ReadOnlySpan<byte> data)
    {
        var length = (ulong)data.Length;
        ulong hash;
        if (data.Length >= 32)
        {
            Span<ulong> lanes = [unchecked(P1 + P2), P2, 0, unchecked(0 - P1)];
            for (; data.Length >= 32; data = data[32..])
            {
                for (var i = 0; i < 4; i++)
                {
                    lanes[i] = Round(lanes[i], BinaryPrimitives.ReadUInt64LittleEndian(data[(8 * i)..]));
                }
            }

            hash = BitOperations.RotateLeft(lanes[0], 1) + BitOperations.RotateLeft(lanes[1], 7) + BitOperations.RotateLeft(lanes[2], 12) + BitOperations.RotateLeft(lanes[3], 18);
            foreach (var lane in lanes)
            {
                hash = ((hash ^ Round(0, lane)) * P1) + P4;
            }
        }
        else
        {
            hash = P5;
        }

        hash += length;
        for (; data.Length >= 8; data = data[8..])
        {
            hash = (BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(data)), 27) * P1) + P4;
        }

        if (data.Length >= 4)
        {
            hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(data) * P1), 23) * P2) + P3;
            data = data[4..];
        }

        foreach (var one in data)
        {
            hash = BitOperations.RotateLeft(hash ^ (one * P5), 11) * P1;
        }

        hash = (hash ^ (hash >> 33)) * P2;
        hash = (hash ^ (hash >> 29)) * P3;
        return hash ^ (hash >> 32);
    }

    private static ulong Round(ulong lane, ulong input) => BitOperations.RotateLeft(lane + (input * P2), 31) * P1;
}
