using System.CommandLine;
using Lazuli.Cli.Commands;

var root = new RootCommand("Lazuli: Azure's compute cloud on a machine of your own.")
{
    UpCommand.Create(),
    DownCommand.Create(),
    StatusCommand.Create(),
    DemoCommand.Create(),
    EnvCommand.Create(),
    ExecCommand.Create(),
    LoginCommand.Create(),
    PublishCommand.Create(),
    ImageCommand.Create(),
    CoverageCommand.Create(),
    ForwardCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
