using Lazuli.Engines.Image;

namespace Lazuli.Engines.Tests.Image;

public sealed class ImageCatalogueTests
{
    private static ImageCatalogue Catalogue => ImageCatalogue.Default;

    [Theory]
    [InlineData("Debian:debian-12:12:latest", "Debian:debian-12:12:12.0.0", "debian")]
    [InlineData("debian:DEBIAN-12:12-GEN2:LATEST", "Debian:debian-12:12-gen2:12.0.0", "debian")]
    [InlineData("Debian:debian-12:12:12.0.0", "Debian:debian-12:12:12.0.0", "debian")]
    [InlineData("Debian12", "Debian:debian-12:12:12.0.0", "debian")]
    [InlineData("lazuli:micro:1:latest", "lazuli:micro:1:1.0.0", "micro")]
    [InlineData("micro", "lazuli:micro:1:1.0.0", "micro")]
    public void A_reference_leads_to_an_exact_version_and_its_builder(string reference, string urn, string builder)
    {
        var resolved = Catalogue.Resolve(reference);
        Assert.NotNull(resolved);
        Assert.Equal(urn, resolved.Urn);
        Assert.Equal(urn, resolved.Source.Urn);
        Assert.Equal(builder, Assert.IsType<BuilderImageSource>(resolved.Source).Builder);
    }

    [Theory]
    [InlineData("Ubuntu2204", "V2")]
    [InlineData("Ubuntu2404", "V2")]
    [InlineData("Debian11", "V1")]
    [InlineData("Canonical:0001-com-ubuntu-server-jammy:22_04-lts:latest", "V1")]
    public void What_must_be_downloaded_says_so(string reference, string generation)
    {
        var source = Assert.IsType<DownloadImageSource>(Catalogue.Resolve(reference)?.Source);
        Assert.Equal(generation, source.Generation);
        Assert.Equal("https", source.Url.Scheme);
    }

    [Theory]
    [InlineData("MicrosoftWindowsServer:WindowsServer:2019-Datacenter:latest", "Windows", "V1", "microsoftwindowsserver_windowsserver_2019-datacenter")]
    [InlineData("Win2022Datacenter", "Windows", "V2", "microsoftwindowsserver_windowsserver_2022-datacenter-g2")]
    [InlineData("RedHat:RHEL:83-gen2:latest", "Linux", "V2", "redhat_rhel_83-gen2")]
    public void What_only_its_publisher_may_hand_out_is_supplied_under_a_name_of_its_own(string reference, string osType, string generation, string file)
    {
        var resolved = Catalogue.Resolve(reference);
        Assert.NotNull(resolved);
        Assert.Equal((osType, generation), (resolved.Source.OsType, resolved.Source.Generation));
        Assert.Equal(file, Assert.IsType<SuppliedImageSource>(resolved.Source).FileName);
    }

    [Theory]
    [InlineData("Debian:debian-12:12:1.2.3")]
    [InlineData("Debian:debian-12:13:latest")]
    [InlineData("Debian:debian-12:latest")]
    [InlineData("Nobody")]
    [InlineData("")]
    public void What_the_marketplace_lacks_is_not_found(string reference) => Assert.Null(Catalogue.Resolve(reference));

    [Fact]
    public void Publishers_offers_and_skus_are_listed_once_whatever_the_casing()
    {
        Assert.Equal(["Debian", "lazuli", "Canonical"], Catalogue.Publishers().Take(3));
        Assert.Single(Catalogue.Publishers(), p => p == "Canonical");
        Assert.Equal(["debian-12", "debian-11", "debian-10"], Catalogue.Offers("DEBIAN"));
        Assert.Equal(["12", "12-gen2"], Catalogue.Skus("debian", "Debian-12"));
        Assert.Empty(Catalogue.Offers("nobody"));
    }

    [Fact]
    public void Every_entry_is_complete_and_unique()
    {
        Assert.Equal(Catalogue.Images.Count, Catalogue.Images.DistinctBy(i => i.UrnOf("").ToLowerInvariant()).Count());
        Assert.Equal(Catalogue.Aliases.Count(), Catalogue.Aliases.DistinctBy(a => a.Alias.ToLowerInvariant()).Count());
        Assert.All(Catalogue.Images, i =>
        {
            Assert.NotEmpty(i.Versions);
            Assert.Contains(i.Generation, new[] { "V1", "V2" });
            if (i.Source is DownloadImageSource download)
            {
                Assert.Matches("^(sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$", download.Checksum);
            }
        });
    }
}
