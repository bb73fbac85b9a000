namespace Lazuli.Providers.Compute.Sizes;

/// <summary>The list of VM sizes as <c>vmSizes</c> shows it.</summary>
internal static class SizeLists
{
    public static ReadOnlyMemory<byte> Render(IEnumerable<VmSize> sizes) => JsonWriting.List(sizes, (json, size) =>
    {
        json.WriteStartObject();
        json.WriteString("name", size.Name);
        json.WriteNumber("numberOfCores", size.VCpus);
        json.WriteNumber("osDiskSizeInMB", VmSizes.OsDiskMiB);
        json.WriteNumber("resourceDiskSizeInMB", size.TempGB * 1024);
        json.WriteNumber("memoryInMB", size.MemoryMiB);
        json.WriteNumber("maxDataDiskCount", size.MaxDataDisks);
        json.WriteEndObject();
    });
}
