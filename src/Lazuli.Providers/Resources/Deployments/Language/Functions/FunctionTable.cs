using System.Collections.Frozen;

namespace Lazuli.Providers.Resources.Deployments.Language.Functions;

/// <summary>Every built-in function by name, ignoring case. <c>list…</c> is any name that begins so.</summary>
internal static class FunctionTable
{
    private static readonly FrozenDictionary<string, TemplateFunction> Functions = new[]
    {
        StringFunctions.All, TextFunctions.All, EncodingFunctions.All, ArrayFunctions.All, ObjectFunctions.All, NumericFunctions.All, LogicalFunctions.All, DateFunctions.All,
        LambdaFunctions.All, CidrFunctions.All, ScopeFunctions.All, ResourceIdFunctions.All, RuntimeFunctions.All,
    }.SelectMany(f => f).ToFrozenDictionary(f => f.Name, StringComparer.OrdinalIgnoreCase);

    public static IEnumerable<TemplateFunction> All => Functions.Values;

    public static TemplateFunction? Find(string name)
        => Functions.TryGetValue(name, out var function) ? function
            : name.StartsWith("list", StringComparison.OrdinalIgnoreCase) ? RuntimeFunctions.List
            : null;
}
