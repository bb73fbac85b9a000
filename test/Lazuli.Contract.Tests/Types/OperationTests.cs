using Lazuli.Contract.Tests.World;
using Lazuli.Kernel.Types;

namespace Lazuli.Contract.Tests.Types;

/// <summary>Operations that belong to no resource (usages, sizes, image catalogue, providers, …): each is declared, so each is asked.</summary>
public sealed class OperationTests(Lab lab)
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["location"] = "eastus",
        ["namespace"] = "Microsoft.Compute",
        ["publisher"] = "lazuli",
        ["publisherName"] = "lazuli",
        ["offer"] = "micro",
        ["sku"] = "1",
        ["skus"] = "1",
    };

    public static TheoryData<string, string> Declared
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var operation in ArmClient.Registry.Providers.SelectMany(p => p.Operations))
            {
                rows.Add(operation.Method.Method, operation.Template);
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Declared))]
    public async Task It_answers_whom_it_should_and_nobody_else(string method, string template)
    {
        var operation = ArmClient.Registry.Providers.SelectMany(p => p.Operations).Single(o => o.Method.Method == method && o.Template == template);
        var path = await FillAsync(template);
        var version = operation.ApiVersions is [var newest, ..] ? newest : "2024-03-01";
        var body = method is "POST" or "PUT" ? "{}" : null;

        var answer = await lab.SendAsync(method, $"{path}?api-version={version}", body);
        Assert.True(answer.Status < 500 && answer.Status is not (401 or 403 or 405), $"{answer.Request}: {answer.Status} {answer.Text}");
        (await lab.SendAsync(method, $"{path}?x=api-version", body)).Expect(400, "MissingApiVersionParameter");
        (await lab.SendAsync(method, $"{path}?api-version={version}", body, Who.Stranger)).Expect(401);
        var nobody = await lab.SendAsync(method, $"{path}?api-version={version}", body, Who.Nobody);
        if (operation.IsAuthorized)
        {
            Assert.Contains(operation.Action, nobody.Expect(403, "AuthorizationFailed").Text, StringComparison.Ordinal);
        }
        else
        {
            Assert.True(nobody.Status < 500);
        }

        if (operation.ApiVersions.Count > 0)
        {
            (await lab.SendAsync(method, $"{path}?api-version=2001-01-01", body)).Expect(400);
        }
    }

    private async Task<string> FillAsync(string template)
    {
        // Not the one that all tests live in: it could be cancelled.
        var other = Guid.NewGuid().ToString();
        if (template.Contains("Microsoft.Subscription", StringComparison.Ordinal))
        {
            await lab.SubscribeAsync(other);
        }

        var segments = template.Split('/');
        for (var i = 0; i < segments.Length; i++)
        {
            if (segments[i] is ['{', .. var name, '}'])
            {
                segments[i] = name.ToLowerInvariant() switch
                {
                    "subscriptionid" when template.Contains("Microsoft.Subscription", StringComparison.Ordinal) => other,
                    "subscriptionid" or "subscription" => lab.Host.Tenant.SubscriptionId,
                    "group" or "resourcegroup" or "resourcegroupname" => (await lab.GroupAsync()).Split('/')[^1],
                    _ => Known.GetValueOrDefault(name, "none"),
                };
            }
        }

        return string.Join('/', segments);
    }
}
