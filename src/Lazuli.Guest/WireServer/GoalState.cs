using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Lazuli.Engines.Net;
using Lazuli.Engines.Node;

namespace Lazuli.Guest.WireServer;

/// <summary>
/// The goal state documents of a VM, as the agents of 2.7 and newer and cloud-init read them. Every id is derived from the vmId and the VM's name, so that a guest
/// sees no change when the node restarts; the incarnation grows only when what the documents say changes, which today is never.
/// </summary>
internal sealed class GoalState
{
    public const string Incarnation = "1";

    private readonly VmItem _vm;
    private readonly Guid _deployment;

    public GoalState(VmItem vm)
    {
        _vm = vm;
        _deployment = Derive("deployment");
        ContainerId = Derive("container").ToString();
        InstanceId = $"{_deployment}._{vm.Name}";
    }

    public string ContainerId { get; }
    public string InstanceId { get; }

    public XElement Document()
    {
        XNamespace xsi = "http://www.w3.org/2001/XMLSchema-instance";
        return new XElement("GoalState",
            new XAttribute(XNamespace.Xmlns + "xsi", xsi.NamespaceName),
            new XAttribute(xsi + "noNamespaceSchemaLocation", "goalstate10.xsd"),
            new XElement("Version", "2012-11-30"),
            new XElement("Incarnation", Incarnation),
            new XElement("Machine",
                new XElement("ExpectedState", "Started"),
                new XElement("StopRolesDeadlineHint", "300000"),
                new XElement("LBProbePorts", new XElement("Port", "16001")),
                new XElement("ExpectHealthReport", "FALSE")),
            new XElement("Container",
                new XElement("ContainerId", ContainerId),
                new XElement("RoleInstanceList",
                    new XElement("RoleInstance",
                        new XElement("InstanceId", InstanceId),
                        new XElement("State", "Started"),
                        new XElement("Configuration",
                            new XElement("HostingEnvironmentConfig", ConfigUri("hostingEnvironmentConfig")),
                            new XElement("SharedConfig", ConfigUri("sharedConfig")),
                            new XElement("ExtensionsConfig", ConfigUri("extensionsConfig")),
                            new XElement("FullConfig", ConfigUri("fullConfig")),
                            new XElement("ConfigName", $"{_deployment}.0.{_deployment}.0._{_vm.Name}.1.xml"))))));
    }

    public XElement HostingEnvironment() => new("HostingEnvironmentConfig",
        new XAttribute("version", "1.0.0.0"),
        new XAttribute("goalStateIncarnation", Incarnation),
        new XElement("Deployment",
            new XAttribute("name", _deployment), new XAttribute("guid", Braced(_deployment)), new XAttribute("incarnation", "0"),
            new XElement("Service", new XAttribute("name", _vm.Name), new XAttribute("guid", Braced(Guid.Empty))),
            new XElement("ServiceInstance", new XAttribute("name", $"{_deployment}.0"), new XAttribute("guid", Braced(Derive("service"))))),
        new XElement("Incarnation", new XAttribute("number", Incarnation), new XAttribute("instance", "_" + _vm.Name), new XAttribute("guid", Braced(Derive("instance")))),
        new XElement("Role",
            new XAttribute("guid", Braced(Derive("role"))), new XAttribute("name", "_" + _vm.Name), new XAttribute("hostingEnvironmentVersion", "1"),
            new XAttribute("software", ""), new XAttribute("softwareType", "ApplicationPackage"), new XAttribute("entryPoint", ""),
            new XAttribute("parameters", ""), new XAttribute("settleTimeSeconds", "0")),
        new XElement("HostingEnvironmentSettings", new XAttribute("name", "full"), new XAttribute("Runtime", "")));

    public XElement SharedConfig(NicAddress? address) => new("SharedConfig",
        new XAttribute("version", "1.0.0.0"),
        new XAttribute("goalStateIncarnation", Incarnation),
        new XElement("Deployment", new XAttribute("name", _deployment), new XAttribute("guid", Braced(_deployment)), new XAttribute("incarnation", "0")),
        new XElement("Incarnation", new XAttribute("number", Incarnation), new XAttribute("instance", "_" + _vm.Name), new XAttribute("guid", Braced(Derive("instance")))),
        new XElement("Role", new XAttribute("guid", Braced(Derive("role"))), new XAttribute("name", "_" + _vm.Name), new XAttribute("settleTimeSeconds", "0")),
        new XElement("Instances",
            new XElement("Instance", new XAttribute("id", "_" + _vm.Name), new XAttribute("address", address?.Address.ToString() ?? ""),
                new XElement("FaultDomains", new XAttribute("randomId", "0"), new XAttribute("updateId", "0"), new XAttribute("updateCount", "0")))));

    /// <summary>
    /// No agent versions to update to and no extensions; the status blob's address makes the agent report its status, which it hands to the host plugin.
    /// </summary>
    public XElement Extensions() => new("Extensions",
        new XAttribute("version", "1.0.0.0"),
        new XAttribute("goalStateIncarnation", Incarnation),
        new XElement("GuestAgentExtension",
            new XElement("GAFamilies", new XElement("GAFamily", new XElement("Name", "Prod"), new XElement("Uris")))),
        new XElement("StatusUploadBlob", new XAttribute("statusBlobType", "BlockBlob"), $"http://{WellKnown.Platform}:{HostPluginEndpoint.Port}/status/{ContainerId}"),
        new XElement("InVMGoalStateMetaData",
            new XAttribute("inSvdSeqNo", "0"), new XAttribute("createdOnTicks", "0"), new XAttribute("activityId", Derive("activity")), new XAttribute("correlationId", Derive("correlation"))));

    private string ConfigUri(string type) =>
        $"http://{WellKnown.Platform}:80/machine/{ContainerId}/{Uri.EscapeDataString(InstanceId)}?comp=config&type={type}&incarnation={Incarnation}";

    private static string Braced(Guid guid) => guid.ToString("B");

    private Guid Derive(string what) =>
        new(SHA256.HashData([.. _vm.VmId.ToByteArray(), .. Encoding.UTF8.GetBytes(what)]).AsSpan(0, 16));
}
