namespace Lazuli.Clients.Tests.AzureCli;

/// <summary>One micro machine for all tests of a class; each test leaves it running.</summary>
public sealed class MicroMachine(Cloud cloud)
{
    private const string Script = """
        #!/bin/sh
        mkdir -p /var/www
        echo "made by custom data on $(hostname)" > /var/www/index.html
        """;

    private Task<Machine>? _machine;

    public Task<Machine> GetAsync() => _machine ??= Machine.CreateAsync(cloud, "micro", "Micro", Script);
}
