using System.Text.Json.Nodes;
using Lazuli.Contract.Tests.World;

namespace Lazuli.Contract.Tests.Deployments.Predictions;

/// <summary>What a rehearsal found: how much was tried, what was refused only when it was carried out, and every prediction that did not come true.</summary>
internal sealed record Report(int Created, int Parameters, int Values, IReadOnlyList<string> Refused, IReadOnlyList<string> Late, IReadOnlyList<string> Wrong);

/// <summary>
/// Holds what-if against what happens. Before the deployment it says Create for exactly what is made; after it NoChange for all; then each parameter and each plain value
/// of each resource is changed, alone: what-if says Modify with exactly the properties that then differ, and for a value of a resource exactly that one. What is refused
/// at validation is not deployed.
/// </summary>
internal sealed class Rehearsal(Lab lab, JsonObject template, JsonObject parameters)
{
    private const int MostTries = 4;
    private readonly Faults _wrong = new();
    private readonly Faults _refused = new();
    private readonly Faults _late = new();
    private readonly Dictionary<string, JsonObject> _stated = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, HashSet<string>> _paths = new(StringComparer.OrdinalIgnoreCase);
    private Dictionary<string, JsonObject> _shown = new(StringComparer.OrdinalIgnoreCase);
    private string _group = "";
    private int _parameters;
    private int _values;

    /// <summary>Null for a template that is not valid here.</summary>
    public async Task<Report?> RunAsync()
    {
        if (!await StageAsync(check: true))
        {
            return null;
        }

        var created = _stated.Count;
        foreach (var (name, definition) in (template["parameters"] as JsonObject ?? []).ToList())
        {
            if (await ValueOfAsync(name, (JsonObject)definition!) is { } value)
            {
                var allowed = (Documents.Get((JsonObject)definition!, "allowedValues") as JsonArray)?.Where(a => !JsonNode.DeepEquals(a, value)).Select(a => a!);
                _parameters++;
                await ChangeAsync($"parameter {name}", allowed ?? Edits.Others(value, _stated.Keys), v => (template, Given(name, v)), null);
            }
        }

        foreach (var resource in Edits.Resources(template).ToList())
        {
            var ids = await IdsOfAsync(resource);
            foreach (var leaf in ids.Count == 0 ? [] : Edits.Leaves(template, resource).ToList())
            {
                var stated = _stated.GetValueOrDefault(ids[0]);
                if (stated is not null && Documents.At(_shown[ids[0]], stated, leaf.Path) is JsonValue value)
                {
                    _values++;
                    var path = Documents.PathOf(stated, leaf.Path);
                    await ChangeAsync($"{ids[0].Split('/')[^1]} {path}", Edits.Others(value, _stated.Keys), v => (Edits.With(template, [.. leaf.Resource, .. leaf.Path], v), parameters), path);
                }
            }
        }

        return new(created, _parameters, _values, _refused.All, _late.All, _wrong.All);
    }

    // A fresh group with the template deployed to it.
    private async Task<bool> StageAsync(bool check = false)
    {
        if (_group.Length > 0)
        {
            // Some names may be there only once.
            foreach (var id in _stated.Keys.Where(id => id.Contains("/Microsoft.Authorization/locks/", StringComparison.OrdinalIgnoreCase)))
            {
                await lab.SucceedAsync("DELETE", id);
            }

            await lab.SucceedAsync("DELETE", _group);
        }

        _group = await lab.GroupAsync();
        var before = await PredictAsync(template, parameters);
        if (before is null)
        {
            return check ? false : throw new InvalidOperationException("What was valid is not any more.");
        }

        _stated.Clear();
        _paths.Clear();
        foreach (var change in before.Where(c => Kind(c) != "Ignore"))
        {
            if (Kind(change) != "Create")
            {
                _wrong.Add($"before: {change.ToJsonString()}");
                continue;
            }

            _stated[Id(change)] = (JsonObject)change["after"]!.DeepClone();
            _paths[Id(change)] = Documents.Paths(change["after"]!);
        }

        var deployed = await DeployAsync(template, parameters);
        if ((string?)deployed["properties"]!["provisioningState"] != "Succeeded")
        {
            throw new InvalidOperationException($"{deployed["properties"]!["error"]?.ToJsonString()}");
        }

        _shown = await ShownAsync(_stated.Keys);
        if (check)
        {
            await CheckMadeAsync([.. deployed["properties"]!["outputResources"]!.AsArray().Select(r => (string)r!["id"]!)]);
        }

        return true;
    }

    // Exactly what was said to be created is there, but for what resources make for themselves.
    private async Task CheckMadeAsync(IReadOnlyCollection<string> made)
    {
        _wrong.AddRange(_stated.Keys.Except(made, StringComparer.OrdinalIgnoreCase).Select(id => $"said to be created, not made: {id}"));
        _wrong.AddRange(made.Except(_stated.Keys, StringComparer.OrdinalIgnoreCase).Select(id => $"made, not said to be created: {id}"));
        _wrong.AddRange(_stated.Keys.Except(_shown.Keys, StringComparer.OrdinalIgnoreCase).Select(id => $"said to be created, not there: {id}"));
        var there = (await lab.SendAsync("GET", _group + "/resources")).Expect(200).Json["value"]!.AsArray();
        _wrong.AddRange(there.Where(r => r!["managedBy"] is null && !_stated.ContainsKey((string)r["id"]!)).Select(r => $"there, not said to be created: {(string?)r!["id"]}"));
        var after = await PredictAsync(template, parameters) ?? [];
        _wrong.AddRange(after.Where(c => Kind(c) is not ("NoChange" or "Ignore")).Select(c => $"after: {Id(c)} {Kind(c)} {c["delta"]?.ToJsonString()}"));
        _wrong.AddRange(_stated.Keys.Except(after.Where(c => Kind(c) == "NoChange").Select(Id), StringComparer.OrdinalIgnoreCase).Select(id => $"after: nothing is said of {id}"));
    }

    private async Task ChangeAsync(string what, IEnumerable<JsonNode> others, Func<JsonNode, (JsonObject Template, JsonObject Parameters)> with, string? exactly)
    {
        var refusal = what;
        foreach (var value in others.Take(MostTries))
        {
            var (changed, given) = with(value);
            if (await PredictAsync(changed, given, because => refusal = $"{what} = {value.ToJsonString()}: {because}") is { } predicted)
            {
                await CompareAsync($"{what} = {value.ToJsonString()}", changed, given, predicted, exactly);
                return;
            }
        }

        _refused.Add(refusal);
    }

    private async Task CompareAsync(string what, JsonObject changed, JsonObject given, List<JsonNode> predicted, string? exactly)
    {
        var before = _shown;
        var deployed = await DeployAsync(changed, given);
        var state = (string?)deployed["properties"]!["provisioningState"];
        if (state != "Succeeded")
        {
            var failed = Innermost(deployed["properties"]!["error"]).Select(d => $"{d["code"]} {d["message"]}");
            _late.Add($"{what}: {state}: {string.Join("; ", failed)}");
            await StageAsync();
            return;
        }

        var created = predicted.Where(c => Kind(c) == "Create").Select(Id).ToList();
        _shown = await ShownAsync([.. _stated.Keys, .. created]);
        _wrong.AddRange(created.Where(c => before.ContainsKey(c) || !_shown.ContainsKey(c)).Select(c => $"{what}: not created: {c}"));
        foreach (var (id, was) in before)
        {
            var change = predicted.FirstOrDefault(c => id.Equals(Id(c), StringComparison.OrdinalIgnoreCase));
            SortedSet<string> said = change is null ? [] : Documents.Predicted(change);
            var done = Documents.Differences(was, _shown[id], child => _stated.ContainsKey(child) && child.StartsWith(id + "/", StringComparison.OrdinalIgnoreCase)).Where(p => Documents.Mentions(_paths[id], p)).ToList();
            if (!said.SetEquals(done))
            {
                _wrong.Add($"{what}: {id.Split('/')[^1]}: predicted [{string.Join(", ", said)}], done [{string.Join(", ", done)}]");
            }
            else if (exactly is not null && said.Count > 0 && !(said.Count == 1 && said.Contains(exactly)) && !IsKey(exactly))
            {
                _wrong.Add($"{what}: not exactly that: {string.Join(", ", said)}");
            }

            if (change is not null && Kind(change) != (said.Count > 0 ? "Modify" : "NoChange") && Kind(change) != "Ignore")
            {
                _wrong.Add($"{what}: {Kind(change)} with [{string.Join(", ", said)}]");
            }
        }

        await BackAsync(what, created.Count > 0);
    }

    // By what an element is known: changed, it is another one.
    private static bool IsKey(string path) => path.EndsWith("].name", StringComparison.Ordinal) || path.EndsWith("].id", StringComparison.Ordinal);

    // As it was, so that the next change stands alone.
    private async Task BackAsync(string what, bool more)
    {
        if (more || await PredictAsync(template, parameters) is null)
        {
            await StageAsync();
            return;
        }

        if ((string?)(await DeployAsync(template, parameters))["properties"]!["provisioningState"] != "Succeeded")
        {
            _wrong.Add($"{what}: can't be taken back");
            await StageAsync();
            return;
        }

        _shown = await ShownAsync(_stated.Keys);
    }

    // Without it, what would not be deployed?
    private async Task<List<string>> IdsOfAsync(IReadOnlyList<object> resource)
    {
        var without = await PredictAsync(Edits.With(template, [.. resource, "condition"], JsonValue.Create(false)), parameters);
        return without is null ? [] : [.. _stated.Keys.Except(without.Where(c => Kind(c) != "Ignore").Select(Id), StringComparer.OrdinalIgnoreCase)];
    }

    private async Task<JsonNode?> ValueOfAsync(string name, JsonObject definition)
    {
        if (((string?)Documents.Get(definition, "type"))?.ToLowerInvariant() is not ("string" or "int" or "bool"))
        {
            return null;
        }

        return (await lab.SendAsync("GET", Template.Path(_group, "main"))).Expect(200).Json["properties"]!["parameters"]?[name]?["value"];
    }

    private JsonObject Given(string name, JsonNode value)
    {
        var given = (JsonObject)parameters.DeepClone();
        given[given.Select(p => p.Key).FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name] = new JsonObject { ["value"] = value.DeepClone() };
        return given;
    }

    // The changes; null when the deployment is refused.
    private async Task<List<JsonNode>?> PredictAsync(JsonObject of, JsonObject given, Action<string>? onRefused = null)
    {
        var answer = await lab.AskAsync(Template.Path(_group, "main") + "/whatIf", Body(of, given));
        if (answer.Status != 200)
        {
            onRefused?.Invoke(string.Join("; ", Innermost(answer.Json["error"]).Select(d => $"{d["code"]} {d["message"]}")));
            return null;
        }

        return [.. answer.Json["properties"]!["changes"]!.AsArray().Select(c => c!)];
    }

    private async Task<JsonNode> DeployAsync(JsonObject of, JsonObject given)
    {
        var path = Template.Path(_group, "main");
        var started = (await lab.SendAsync("PUT", path, Body(of, given))).Expect(200, 201);
        await lab.Client.EndAsync(new Uri(started.Header("Azure-AsyncOperation") ?? throw new InvalidOperationException(started.Text)).PathAndQuery, lab.TokenOf(Who.Owner));
        return (await lab.SendAsync("GET", path)).Expect(200).Json;
    }

    private async Task<Dictionary<string, JsonObject>> ShownAsync(IReadOnlyCollection<string> ids)
    {
        var shown = new Dictionary<string, JsonObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var id in ids)
        {
            if (await lab.SendAsync("GET", id) is { Status: 200 } answer)
            {
                shown[id] = (JsonObject)answer.Json;
            }
        }

        return shown;
    }

    private static IEnumerable<JsonNode> Innermost(JsonNode? error)
        => error is null ? [] : error["details"] is JsonArray { Count: > 0 } details ? details.SelectMany(Innermost) : [error];

    private static string Body(JsonObject of, JsonObject given)
        => new JsonObject { ["properties"] = new JsonObject { ["mode"] = "Incremental", ["template"] = of.DeepClone(), ["parameters"] = given.DeepClone() } }.ToJsonString();

    private static string Kind(JsonNode change) => (string)change["changeType"]!;

    private static string Id(JsonNode change) => (string)change["resourceId"]!;

    // Told shortly: one mistake shows in many changes.
    private sealed class Faults
    {
        private const int Longest = 500;

        public List<string> All { get; } = [];

        public void Add(string fault) => All.Add(fault.Length > Longest ? fault[..Longest] + "…" : fault);

        public void AddRange(IEnumerable<string> faults)
        {
            foreach (var fault in faults)
            {
                Add(fault);
            }
        }
    }
}
