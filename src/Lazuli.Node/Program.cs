using Lazuli.Node;

// Lazuli.Node STATE IMAGES: started by NodeLauncher inside its namespaces.
if (args.Length != 2)
{
    return 64;
}

await NodeHost.RunAsync(new() { StateDirectory = args[0], ImageDirectory = args[1] }, CancellationToken.None);
return 0;
