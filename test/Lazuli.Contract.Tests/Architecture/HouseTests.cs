using System.Xml.Linq;
using Lazuli.Contract.Tests.World;
using Lazuli.Kernel.Types;

namespace Lazuli.Contract.Tests.Architecture;

/// <summary>What keeps the house in order: every type is listed and tested, lies where its name says, and dependencies point one way.</summary>
public sealed class HouseTests
{
    [Fact]
    public void Every_type_in_the_providers_is_listed()
    {
        var written = typeof(Providers.Network.NetworkProvider).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(ResourceType)) && !t.IsAbstract);
        Assert.Equal(written.Select(t => t.FullName).Order(), ArmClient.Registry.Types.Select(t => t.GetType().FullName).Order());
    }

    [Fact]
    public void Every_listed_type_has_a_sample_and_every_sample_a_type()
        => Assert.Equal(ArmClient.Registry.Types.Select(t => t.Name.ToString()).Order(), Samples.ByType.Keys.Order());

    [Fact]
    public void A_type_lies_where_its_name_says()
        => Assert.All(ArmClient.Registry.Types, type =>
        {
            var area = type.Name.Namespace[(type.Name.Namespace.IndexOf('.', StringComparison.Ordinal) + 1)..];
            var path = type.Name.TypePath.Split('/').Select(s => char.ToUpperInvariant(s[0]) + s[1..]);
            Assert.Equal($"Lazuli.Providers.{area}.{string.Join('.', path)}", type.GetType().Namespace);
        });

    [Fact]
    public void Versions_are_newest_first_and_given_once()
        => Assert.All(ArmClient.Registry.Types, type =>
        {
            Assert.NotEmpty(type.ApiVersions);
            Assert.Equal(type.ApiVersions.Distinct(StringComparer.OrdinalIgnoreCase), type.ApiVersions);
            Assert.Equal(type.ApiVersions.OrderByDescending(v => v[..10], StringComparer.Ordinal).Select(v => v[..10]), type.ApiVersions.Select(v => v[..10]));
        });

    [Theory]
    [InlineData("Lazuli.Kernel", new string[0])]
    [InlineData("Lazuli.Engines", new string[0])]
    [InlineData("Lazuli.Guest", new[] { "Lazuli.Engines" })]
    [InlineData("Lazuli.Providers", new[] { "Lazuli.Kernel", "Lazuli.Engines" })]
    [InlineData("Lazuli.Engines.Linux", new[] { "Lazuli.Engines" })]
    [InlineData("Lazuli.Server", new[] { "Lazuli.Kernel", "Lazuli.Providers", "Lazuli.Engines" })]
    public void Dependencies_point_one_way(string project, string[] allowed) => Assert.Subset(allowed.ToHashSet(), Reached(project).ToHashSet());

    [Fact]
    public void No_project_reaches_itself()
        => Assert.All(Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories), file =>
        {
            var project = Path.GetFileNameWithoutExtension(file);
            Assert.DoesNotContain(project, Reached(project));
        });

    private static string Root
    {
        get
        {
            var at = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(at.FullName, "Lazuli.slnx")))
            {
                at = at.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
            }

            return at.FullName;
        }
    }

    private static IReadOnlyCollection<string> Reached(string project)
    {
        var reached = new HashSet<string>();
        var open = new Queue<string>([project]);
        while (open.TryDequeue(out var next))
        {
            var file = XDocument.Load(Path.Combine(Root, "src", next, next + ".csproj"));
            foreach (var reference in file.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension((string?)r.Attribute("Include") ?? "")))
            {
                if (reached.Add(reference))
                {
                    open.Enqueue(reference);
                }
            }
        }

        return reached;
    }
}
