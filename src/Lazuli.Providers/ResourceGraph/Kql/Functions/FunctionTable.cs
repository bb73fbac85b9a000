using System.Collections.Frozen;

namespace Lazuli.Providers.ResourceGraph.Kql.Functions;

/// <summary>Every built-in function by its name, which has its casing.</summary>
internal static class FunctionTable
{
    private static readonly FrozenDictionary<string, KqlFunction> Functions = new[]
    {
        LogicFunctions.All, ConversionFunctions.All, TextFunctions.All, PatternFunctions.All, NumberFunctions.All, DateFunctions.All, ArrayFunctions.All, BagFunctions.All,
        AddressFunctions.All, HashFunctions.All,
    }.SelectMany(f => f).ToFrozenDictionary(f => f.Name, StringComparer.Ordinal);

    public static IEnumerable<string> Names => Functions.Keys;

    public static KqlFunction? Find(string name) => Functions.GetValueOrDefault(name);
}
