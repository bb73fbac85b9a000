using System.Text;

namespace Lazuli.Engines.Linux.Net;

/// <summary>
/// What <c>nft -f</c> has to be told so that one ruleset of <see cref="NftRenderer"/> becomes another. Chains, sets and maps that are in both are filled anew, all in one transaction;
/// where one comes or goes, everything is replaced. A change of one rule then costs what its chain costs, however many NICs there are.
/// </summary>
internal static class RulesetChange
{
    /// <summary>The text for <c>nft -f</c> in a namespace that was made just now: nothing is deleted there, so that nft needn't wait for the kernel to forget it.</summary>
    public static string Anew(string ruleset)
    {
        var lines = new List<string>();
        foreach (var line in ruleset.Split('\n'))
        {
            if (line.StartsWith("delete table ", StringComparison.Ordinal))
            {
                // The line before only makes sure that there is one.
                lines.RemoveAt(lines.Count - 1);
            }
            else
            {
                lines.Add(line);
            }
        }

        return string.Join('\n', lines);
    }

    /// <summary>The text for <c>nft -f</c>; the whole of <paramref name="after"/> when nothing is known of what is there, or when nothing differs: then somebody doubts it.</summary>
    public static string Between(string? before, string after)
    {
        if (before is null || before == after)
        {
            return after;
        }

        var (old, next) = (BlocksOf(before), BlocksOf(after));
        if (old.Count != next.Count || !old.Keys.SequenceEqual(next.Keys))
        {
            return after;
        }

        var (flushes, blocks) = (new StringBuilder(), new StringBuilder());
        foreach (var (name, block) in next.Where(b => old[b.Key] != b.Value))
        {
            if (name.Kind is not ("chain" or "set" or "map"))
            {
                return after;
            }

            flushes.Append("flush ").Append(name.Kind).Append(' ').Append(name.Table).Append(' ').Append(name.Name).Append('\n');
            blocks.Append("table ").Append(name.Table).Append(" {\n").Append(block).Append("}\n");
        }

        return flushes.Append(blocks).ToString();
    }

    // Everything between the braces of a table is indented by two spaces, and what belongs to it by more.
    private static OrderedDictionary<(string Table, string Kind, string Name), string> BlocksOf(string ruleset)
    {
        var blocks = new OrderedDictionary<(string, string, string), string>();
        var (table, name, block) = ("", default((string, string, string)?), new StringBuilder());
        foreach (var line in ruleset.AsSpan().EnumerateLines())
        {
            if (line.StartsWith("table ") && line.EndsWith("{"))
            {
                table = line[6..^2].ToString();
            }
            else if (line.StartsWith("  "))
            {
                if (name is null)
                {
                    var head = line[2..line.IndexOf(" {")].ToString();
                    var space = head.IndexOf(' ', StringComparison.Ordinal);
                    name = (table, head[..space], head[(space + 1)..]);
                }

                block.Append(line).Append('\n');
                if (line[2] == '}' || (line[2] != ' ' && line.EndsWith("}")))
                {
                    blocks[name.Value] = block.ToString();
                    name = null;
                    block.Clear();
                }
            }
        }

        return blocks;
    }
}
