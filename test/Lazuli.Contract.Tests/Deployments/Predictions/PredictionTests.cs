using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments.Predictions;

/// <summary>What-if against what happens, template by template: the repository's own, and with <c>LAZULI_TEMPLATES</c> a directory of public ones.</summary>
public sealed class PredictionTests(Lab lab)
{
    public static TheoryData<string> Own => [.. Directory.EnumerateFiles(Templates, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    private static string Templates => Path.Combine(AppContext.BaseDirectory, "Templates");

    [Theory]
    [MemberData(nameof(Own))]
    public async Task What_if_says_what_a_deployment_makes_and_what_each_change_changes(string name)
    {
        var report = await new Rehearsal(lab, PublicTemplates.Read(Path.Combine(Templates, name + ".json")), []).RunAsync();
        Assert.NotNull(report);
        Assert.True(report.Wrong.Count == 0, string.Join('\n', report.Wrong));
        Assert.True(report.Created > 0 && report.Values > report.Refused.Count, $"{report}");
    }

    [Fact]
    public async Task Public_templates_are_predicted_as_well()
    {
        if (Environment.GetEnvironmentVariable("LAZULI_TEMPLATES") is not { Length: > 0 } directory)
        {
            return;
        }

        var all = new JsonObject();
        var wrong = new List<string>();
        foreach (var folder in Directory.EnumerateDirectories(directory).Where(f => f.Contains(Environment.GetEnvironmentVariable("LAZULI_TEMPLATES_FILTER") ?? "", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (!File.Exists(Path.Combine(folder, "azuredeploy.json"))
                || await PublicTemplates.ParametersAsync(lab, folder) is not { } parameters
                || await new Rehearsal(lab, PublicTemplates.Read(Path.Combine(folder, "azuredeploy.json")), parameters).RunAsync() is not { } report)
            {
                continue;
            }

            all[Path.GetFileName(folder)] = new JsonObject
            {
                ["created"] = report.Created,
                ["parameters"] = report.Parameters,
                ["values"] = report.Values,
                ["refused"] = List(report.Refused),
                ["late"] = List(report.Late),
                ["wrong"] = List(report.Wrong),
            };
            wrong.AddRange(report.Wrong.Select(w => $"{Path.GetFileName(folder)}: {w}"));
        }

        if (Environment.GetEnvironmentVariable("LAZULI_PREDICTIONS") is { Length: > 0 } file)
        {
            await File.WriteAllTextAsync(file, all.ToJsonString());
        }

        Assert.True(all.Count > 0, "No template of the directory could be deployed.");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    private static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(t => JsonValue.Create(t))];
}
