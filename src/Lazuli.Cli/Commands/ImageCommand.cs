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

    private static Task<int> BuildAsync(string name, CancellationToken cancellationToken) => throw new Failure(name + cancellationToken);
}
