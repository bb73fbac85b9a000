using System.Globalization;
using System.Text;
using System.Text.Json;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Node.Work;

/// <summary>Something to be written about a flow: <c>B</c>egin, <c>C</c>ontinue, <c>E</c>nd or <c>D</c>eny, and what went through it since the line before.</summary>
internal sealed record FlowLine(DateTimeOffset Time, FlowDecision Decision, char State, long Packets, long Bytes, long AnswerPackets, long AnswerBytes);

/// <summary>
/// Azure's files of flow logs: one for each hour and NIC, in the folders that its documentation names ("Flow logging for network security groups", "Virtual network flow logs"),
/// below a directory for each storage account. A file is whole JSON after each write.
/// </summary>
internal sealed class FlowLogFiles(string directory)
{
    private const string GroupContainer = "insights-logs-networksecuritygroupflowevent";
    private const string Container = "insights-logs-flowlogflowevent";
    private static readonly byte[] End = "]}"u8.ToArray();
    private DateTimeOffset _swept;

    /// <param name="log">Which log.</param>
    /// <param name="nic">Whose flows.</param>
    /// <param name="lines">In their order.</param>
    /// <param name="groupOf">The key of a security group by its tag.</param>
    /// <param name="now">Time of the record.</param>
    /// <exception cref="IOException">It can't be written.</exception>
    public void Append(FlowLogItem log, NicItem nic, IReadOnlyList<FlowLine> lines, Func<string, string?> groupOf, DateTimeOffset now)
    {
        // The first form has no states: what a flow is followed for it doesn't tell.
        var told = log is { IsOfGroup: true, Version: 1 } ? [.. lines.Where(l => l.State is 'B' or 'D')] : lines;
        if (told.Count == 0)
        {
            return;
        }

        var mac = nic.MacAddress.Replace("-", "", StringComparison.Ordinal);
        var record = log.IsOfGroup ? GroupRecord(log, mac, told, now) : Record(log, mac, told, groupOf, now);
        var path = Path.Combine(FolderOf(log), string.Create(CultureInfo.InvariantCulture, $"y={now:yyyy}"), $"m={now:MM}", $"d={now:dd}", $"h={now:HH}", "m=00", $"macAddress={mac}", "PT1H.json");
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? directory);
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 });
        var first = file.Length < End.Length;
        file.Position = first ? 0 : file.Length - End.Length;
        file.Write([.. first ? "{\"records\":["u8 : ","u8, .. record, .. End]);
    }

    /// <summary>Removes what is older than a log keeps. Looks once an hour.</summary>
    public void Sweep(IEnumerable<FlowLogItem> logs, DateTimeOffset now)
    {
        if (now - _swept < TimeSpan.FromHours(1))
        {
            return;
        }

        _swept = now;
        foreach (var log in logs.Where(l => l.RetentionDays > 0 && Directory.Exists(FolderOf(l))))
        {
            var oldest = now.AddDays(-log.RetentionDays);
            foreach (var hour in Directory.GetDirectories(FolderOf(log), "h=*", SearchOption.AllDirectories).Where(h => HourOf(h) < oldest))
            {
                Directory.Delete(hour, recursive: true);
            }
        }
    }

    private static DateTimeOffset HourOf(string path)
    {
        var parts = path.Split(Path.DirectorySeparatorChar)[^4..].Select(p => p[2..]);
        return DateTimeOffset.TryParseExact(string.Join(' ', parts), "yyyy MM dd HH", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var hour) ? hour.AddHours(1) : DateTimeOffset.MaxValue;
    }

    private string FolderOf(FlowLogItem log)
    {
        var parts = log.ResourceId.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return log.IsOfGroup
            ? Path.Combine([directory, log.Account, GroupContainer, "resourceId=", .. log.TargetId.ToUpperInvariant().Split('/', StringSplitOptions.RemoveEmptyEntries)])
            : Path.Combine(directory, log.Account, Container, "flowLogResourceID=", $"{parts[1]}_{parts[3]}".ToUpperInvariant(), $"{parts[7]}_{parts[9]}".ToUpperInvariant());
    }

    private static byte[] GroupRecord(FlowLogItem log, string mac, IReadOnlyList<FlowLine> lines, DateTimeOffset now) => Json(json =>
    {
        json.WriteString("time", now.UtcDateTime);
        json.WriteString("systemId", log.Guid);
        json.WriteString("macAddress", mac);
        json.WriteString("category", "NetworkSecurityGroupFlowEvent");
        json.WriteString("resourceId", log.TargetId.ToUpperInvariant());
        json.WriteString("operationName", "NetworkSecurityGroupFlowEvents");
        json.WriteStartObject("properties");
        json.WriteNumber("Version", log.Version);
        json.WriteStartArray("flows");
        foreach (var rule in lines.GroupBy(l => l.Decision.Rule))
        {
            json.WriteStartObject();
            json.WriteString("rule", rule.Key);
            json.WriteStartArray("flows");
            json.WriteStartObject();
            json.WriteString("mac", mac);
            Tuples(json, rule, l => GroupTuple(log.Version, l));
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static byte[] Record(FlowLogItem log, string mac, IReadOnlyList<FlowLine> lines, Func<string, string?> groupOf, DateTimeOffset now) => Json(json =>
    {
        json.WriteString("time", now.UtcDateTime);
        json.WriteString("flowLogVersion", "4");
        json.WriteString("flowLogGUID", log.Guid);
        json.WriteString("macAddress", mac);
        json.WriteString("category", "FlowLogFlowEvent");
        json.WriteString("flowLogResourceID", log.ResourceId.ToUpperInvariant());
        json.WriteString("targetResourceID", log.TargetId);
        json.WriteString("operationName", "FlowLogFlowEvent");
        json.WriteStartObject("flowRecords");
        json.WriteStartArray("flows");
        foreach (var group in lines.GroupBy(l => l.Decision.Group))
        {
            json.WriteStartObject();
            json.WriteString("aclID", groupOf(group.Key) ?? "unspecified");
            json.WriteStartArray("flowGroups");
            foreach (var rule in group.GroupBy(l => l.Decision.Rule))
            {
                json.WriteStartObject();
                json.WriteString("rule", rule.Key.Length > 0 ? rule.Key : "unspecified");
                Tuples(json, rule, Tuple);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void Tuples(Utf8JsonWriter json, IEnumerable<FlowLine> lines, Func<FlowLine, string> tuple)
    {
        json.WriteStartArray("flowTuples");
        foreach (var line in lines)
        {
            json.WriteStringValue(tuple(line));
        }

        json.WriteEndArray();
    }

    // Only TCP and UDP have letters; what else there is goes by its number.
    private static string GroupTuple(int version, FlowLine line)
    {
        var (flow, inbound) = (line.Decision.Flow, line.Decision.Inbound);
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture,
            $"{line.Time.ToUnixTimeSeconds()},{flow.Source},{flow.Destination},{flow.SourcePort},{flow.DestinationPort},{(flow.Protocol == 6 ? "T" : flow.Protocol == 17 ? "U" : flow.Protocol)},{(inbound ? 'I' : 'O')},{(line.Decision.Allowed ? 'A' : 'D')}");
        return version == 1 ? text.ToString()
            : line.State is 'B' or 'D' ? text.Append(",B,,,,").ToString()
            : text.Append(CultureInfo.InvariantCulture, $",{line.State},{line.Packets},{line.Bytes},{line.AnswerPackets},{line.AnswerBytes}").ToString();
    }

    private static string Tuple(FlowLine line)
    {
        var flow = line.Decision.Flow;
        return string.Create(CultureInfo.InvariantCulture,
            $"{line.Time.ToUnixTimeMilliseconds()},{flow.Source},{flow.Destination},{flow.SourcePort},{flow.DestinationPort},{flow.Protocol},{(line.Decision.Inbound ? 'I' : 'O')},{line.State},NX,{line.Packets},{line.Bytes},{line.AnswerPackets},{line.AnswerBytes}");
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
