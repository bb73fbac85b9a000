using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Types;

/// <summary>Rows for theories over all listed types: a new type is tested without touching a test.</summary>
public static class EveryType
{
    public static TheoryData<string> All => [.. ArmClient.Registry.Types.Select(t => t.Name.ToString())];

    /// <summary>Those that clients make.</summary>
    public static TheoryData<string> Made => [.. ArmClient.Registry.Types.Where(t => t.CanPut).Select(t => t.Name.ToString())];

    /// <summary>Those that come with their parent and are only read.</summary>
    public static TheoryData<string> ReadOnly => [.. ArmClient.Registry.Types.Where(t => !t.CanPut).Select(t => t.Name.ToString())];

    public static TheoryData<string, string> Actions
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var type in ArmClient.Registry.Types)
            {
                foreach (var action in type.Actions)
                {
                    rows.Add(type.Name.ToString(), action.Name);
                }
            }

            return rows;
        }
    }
}
