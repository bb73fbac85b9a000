using System.Text.Json.Serialization;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;
using Lazuli.Kernel.Errors;
using Lazuli.Kernel.Http;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Operations;
using Lazuli.Kernel.Types;
using Lazuli.Providers.Node;

namespace Lazuli.Providers.Network.NetworkWatchers.PacketCaptures;

/// <summary>Microsoft.Network/networkWatchers/packetCaptures: the packets of a virtual machine's NICs, in a file that can be fetched.</summary>
public sealed class PacketCaptureType(NetworkOptions options) : NetworkType<PacketCaptureProperties>
{
    public static readonly ResourceTypeName TypeName = ResourceTypeName.Parse("Microsoft.Network/networkWatchers/packetCaptures");
    private const long DefaultBytes = 1 << 30;
    private const int DefaultSeconds = 18_000;
    private const int ChunkBytes = 1 << 20;

    public override ResourceTypeName Name => TypeName;

    public override bool IsTracked => false;

    public override Type Reconciler => typeof(PacketCaptureReconciler);

    public override JsonSerializerContext Json => PacketCaptureJson.Default;

    public override IReadOnlyList<ResourceAction> Actions =>
    [
        new ResourceAction<PacketCaptureProperties>("queryStatus", QueryStatus) { Writes = false, Answers = Answering.Later },
        new ResourceAction<PacketCaptureProperties>("stop", context => new ActionResult<PacketCaptureProperties>
        {
            Desired = context.Resource with { Properties = context.Resource.Properties with { Stopped = true } },
        }),
        new ResourceAction<PacketCaptureProperties>("download", context => new ActionResult<PacketCaptureProperties> { Later = cancel => DownloadAsync(context, cancel) })
        {
            Method = HttpMethod.Get,
            Writes = false,
        },
    ];

    public override IEnumerable<ResourceReference> References(Resource<PacketCaptureProperties> resource)
        => resource.Properties.Target is { } target ? [new(target, "properties.target")] : [];

    public override IEnumerable<ArmError> Validate(Resource<PacketCaptureProperties> desired, Resource<PacketCaptureProperties>? current)
    {
        var capture = desired.Properties;
        if (!ResourceId.TryParse(capture.Target, out var target) || !target.IsResource || target.Type.Key != AttachedVm.TypeKey)
        {
            yield return NetworkErrors.BadQuestion("properties.target", capture.Target);
        }

        var storage = capture.StorageLocation ?? new();
        if (storage is { FilePath: null or "", LocalPath: null or "", StorageId: null })
        {
            yield return NetworkErrors.BadQuestion("properties.storageLocation.filePath", storage.FilePath);
        }

        foreach (var (filter, i) in (capture.Filters ?? []).Select((f, i) => (f, i)))
        {
            if (Fault(filter) is { } fault)
            {
                yield return NetworkErrors.BadQuestion($"properties.filters[{i}].{fault}", "");
            }
        }

        foreach (var error in new Refusals()
            .IfSet(storage.StorageId, "properties.storageLocation.storageId")
            .IfSet(storage.StoragePath, "properties.storageLocation.storagePath")
            .IfSet(capture.Scope, "properties.scope")
            .When(capture.TargetType == "AzureVMSS", "properties.targetType")
            .When(capture.ContinuousCapture == true, "properties.continuousCapture")
            .IfSet(capture.CaptureSettings, "properties.captureSettings").Errors)
        {
            yield return error;
        }
    }

    public override Resource<PacketCaptureProperties> Default(Resource<PacketCaptureProperties> desired, Resource<PacketCaptureProperties>? current, IResourceView view)
    {
        var capture = desired.Properties;
        capture.BytesToCapturePerPacket ??= 0;
        capture.TotalBytesPerSession = capture.TotalBytesPerSession is > 0 ? capture.TotalBytesPerSession : DefaultBytes;
        capture.TimeLimitInSeconds = capture.TimeLimitInSeconds is > 0 ? capture.TimeLimitInSeconds : DefaultSeconds;
        return desired;
    }

    public override IEnumerable<ArmError> Admit(Resource<PacketCaptureProperties> desired, Resource<PacketCaptureProperties>? current, IResourceView view)
        => ResourceId.TryParse(desired.Properties.Target, out var target) && Watchers.IsElsewhere(view, desired.Id, target) is { } elsewhere ? [elsewhere] : [];

    private static string? Fault(PacketCaptureFilter filter)
    {
        try
        {
            CaptureFilter.Of(PacketCaptureReconciler.SpecOf(filter));
            return null;
        }
        catch (FormatException e)
        {
            return e.Message switch
            {
                nameof(CaptureFilterSpec.LocalAddresses) => "localIPAddress",
                nameof(CaptureFilterSpec.RemoteAddresses) => "remoteIPAddress",
                nameof(CaptureFilterSpec.LocalPorts) => "localPort",
                nameof(CaptureFilterSpec.RemotePorts) => "remotePort",
                _ => "protocol",
            };
        }
    }

    private Result<ActionResult<PacketCaptureProperties>> QueryStatus(ActionContext<PacketCaptureProperties> context)
    {
        var status = options.Captures.Get(context.Resource.Id);
        return new ActionResult<PacketCaptureProperties>
        {
            Body = JsonWriting.ToBytes(json =>
            {
                json.WriteStartObject();
                json.WriteString("name", context.Resource.Name);
                json.WriteString("id", context.Resource.Id.ToString());
                if (status?.StartedAt is { } started)
                {
                    json.WriteString("captureStartTime", started);
                }

                json.WriteString("packetCaptureStatus", (status?.State ?? CaptureState.NotStarted).ToString());
                if (status?.StopReason is { } reason)
                {
                    json.WriteString("stopReason", reason);
                }

                json.WriteStartArray("packetCaptureError");
                if (status?.State == CaptureState.Error)
                {
                    json.WriteStringValue("CaptureFailed");
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }),
        };
    }

    private async Task<Result<ArmResponse>> DownloadAsync(ActionContext<PacketCaptureProperties> context, CancellationToken cancellationToken)
    {
        var key = new NodeNames(context.Kernel.Store).ToNode(context.Resource.Id.Key);
        return options.Packets is { } packets && await packets.OpenCaptureAsync(key, cancellationToken) is { } capture
            ? new ArmResponse { Status = 200, ContentType = "application/vnd.tcpdump.pcap", Chunks = Chunks(capture) }
            : ArmErrors.ResourceNotFound(context.Resource.Id);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Chunks(Stream capture)
    {
        using (capture)
        {
            var buffer = new byte[ChunkBytes];
            for (int read; (read = capture.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)) > 0;)
            {
                yield return buffer.AsMemory(0, read);
            }
        }
    }
}
