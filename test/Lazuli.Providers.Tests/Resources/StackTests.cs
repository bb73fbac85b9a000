using Lazuli.Kernel.Store;
using Lazuli.Providers.Tests.Resources.Deployments;
using static Lazuli.Providers.Tests.Resources.Deployments.DeploymentFixture;

namespace Lazuli.Providers.Tests.Resources;

public sealed class StackTests
{
    private const string Stack = $"{Group}/providers/Microsoft.Resources/deploymentStacks/s";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_commit_a_stack_ends_with_what_its_template_has(bool afterTheCommit)
    {
        var died = 0;
        for (var n = 1; ; n++)
        {
            var journal = new ResourceStore(new MemoryJournal());
            var before = await StartedAsync(journal);
            Assert.Equal(201, (await SendAsync(before, Thing("gadgets", "old"), Thing("widgets", "older"), Thing("widgets", "kept"))).Status);
            await before.UntilAsync(() => before.State(Stack) is "succeeded");
            await before.StopAsync();
            var mortal = new MortalStore(journal, n, afterTheCommit);
            var victim = await StartedAsync(mortal);
            Assert.Equal(200, (await SendAsync(victim, Thing("widgets", "kept"), Thing("gadgets", "new"))).Status);
            await Task.WhenAny(mortal.Death, victim.UntilAsync(() => victim.State(Stack) is "succeeded" or "failed"));
            await victim.StopAsync();
            await mortal.Settled;

            await using var azure = await StartedAsync(journal);
            await azure.UntilAsync(() => azure.State(Stack) is "succeeded" or "failed");
            Assert.Equal("succeeded", azure.State(Stack));
            Assert.Equal(["kept", "new"], (await azure.JsonAsync("GET", $"{Group}/resources"))["value"]!.AsArray().Select(r => (string)r!["name"]!).Order());
            var shown = Json(await azure.SendAsync("GET", Stack, version: "2024-03-01"))["properties"]!;
            Assert.Equal(["old", "older"], shown["deletedResources"]!.AsArray().Select(r => ((string)r!["id"]!).Split('/')[^1]).Order());
            Assert.Equal(1, azure.Events("/write").Single(w => w.Key.EndsWith("/gadgets/new", StringComparison.Ordinal)).Value);
            if (!mortal.IsDead)
            {
                break;
            }

            died++;
        }

        Assert.True(died >= 5, $"It died only {died} times.");
    }

    private static Task<Kernel.Http.ArmResponse> SendAsync(DeploymentFixture azure, params string[] resources) => azure.SendAsync("PUT", Stack,
        "{\"properties\":{\"actionOnUnmanage\":{\"resources\":\"delete\"},\"denySettings\":{\"mode\":\"none\"},\"template\":{\"$schema\":\"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\",\"contentVersion\":\"1.0.0.0\",\"resources\":["
            + string.Join(',', resources) + "]}}}", "2024-03-01");
}
