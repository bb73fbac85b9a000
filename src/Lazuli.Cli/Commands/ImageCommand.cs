using System.CommandLine;
using Lazuli.Engines.Image;
using Lazuli.Engines.Linux.Image;

namespace Lazuli.Cli.Commands;

/// <summary><c>lazuli image build</c>: makes an image of the catalogue ahead of its first use.</summary>
internal static class ImageCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "An alias (Debian12, Micro) or a URN (publisher:offer:sku:version)." };
        var build = new Command("build", "Build or fetch an image now, so that the first machine made of it starts at once.") { name };
        build.Run(async (parsed, cancellationToken) => await BuildAsync(parsed.GetRequiredValue(name), cancellationToken));
        return new Command("image", "Images that machines are made of.") { build };
    }

    private static async Task<int> BuildAsync(string name, CancellationToken cancellationToken)
    {
        if (ImageCatalogue.Default.Resolve(name) is not { } image)
        {
            throw new FailureException($"the catalogue has no image '{name}'.");
        }

        try
        {
            using var http = new HttpClient();
            var artifact = await new LinuxImageEngine(LinuxImageEngine.SharedCache, http).EnsureAsync(image.Source, new Lines(), cancellationToken);
            Console.WriteLine($"{image.Urn} {artifact.Digest}");
            return 0;
        }
        catch (ImageException e)
        {
            throw new FailureException(e.Error.Message);
        }
    }

    private sealed class Lines : IProgress<string>
    {
        public void Report(string value) => Console.Error.WriteLine(value);
    }
}
