using System.Text;
using Lazuli.Engines.Image;

namespace Lazuli.Engines.Linux.Image;

/// <summary>Runs the builders that are shipped as scripts beside the program, one folder each: <c>sh NAME/build OUTDIR</c>.</summary>
internal sealed class ImageBuilder(string directory)
{
    /// <summary>A builder says by this exit status that a program is missing, and names it in quotes.</summary>
    private const int NeedsProgram = 3;

    /// <summary>Changes when any of the builder's files changes, so that a changed builder builds anew.</summary>
    public string KeyOf(BuilderImageSource source)
    {
        var own = Path.Combine(directory, source.Builder);
        if (source.Builder.Contains('/') || !File.Exists(Path.Combine(own, "build")))
        {
            throw new ImageException(ImageErrors.BuildFailed(source.Urn, $"there is no builder '{source.Builder}'."));
        }

        return ImageStore.Hash(new[] { Path.Combine(directory, "common"), own }
            .Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateFiles(d, "*", SearchOption.AllDirectories))
            .Order(StringComparer.Ordinal)
            .SelectMany(f => new[] { Path.GetRelativePath(directory, f), Convert.ToBase64String(File.ReadAllBytes(f)) })
            .Prepend(source.Builder));
    }

    public async Task BuildAsync(BuilderImageSource source, string work, IProgress<string>? progress, CancellationToken cancellationToken)
    {
        progress?.Report($"building image {source.Urn}");
        var errors = new Queue<string>();
        var status = await Program.RunAsync("sh", [Path.Combine(directory, source.Builder, "build"), work], line => progress?.Report($"{source.Builder}: {line}"), line =>
        {
            errors.Enqueue(line);
            if (errors.Count > 5)
            {
                errors.Dequeue();
            }
        }, cancellationToken);
        if (status == 0)
        {
            return;
        }

        var said = string.Join(" | ", errors);
        throw new ImageException(status == NeedsProgram && said.Split('\'') is [_, var program, ..]
            ? ImageErrors.NeedsProgram(source.Urn, program)
            : ImageErrors.BuildFailed(source.Urn, new StringBuilder($"the builder '{source.Builder}' ended with {status}. ")
                .Append("It needs Debian's package archive (the mirror that apt is configured for) and some space for temporary files. It said: ").Append(said).ToString()));
    }
}
