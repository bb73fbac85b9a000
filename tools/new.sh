#!/bin/sh
# ./lazuli new Microsoft.Network/natGateways: makes the type's room (declaration, record, README) where its name says.
set -eu
. "$LAZULI_ROOT/tools/prerequisites.sh"
name=${1:-}
case $name in
    Microsoft.*/*) ;;
    *) say "usage: ./lazuli new Microsoft.Provider/typeName[/childType]"; exit 2 ;;
esac
provider=$(printf '%s' "$name" | sed 's#^Microsoft\.\([^/]*\)/.*#\1#')
folder=$(printf '%s' "${name#*/}" | awk -F/ '{ for (i = 1; i <= NF; i++) printf "%s%s%s", toupper(substr($i, 1, 1)), substr($i, 2), (i < NF ? "/" : "") }')
last=${folder##*/}
class=$(printf '%s' "$last" | sed 's/ies$/y/; t; s/sses$/ss/; t; s/s$//')
room=$LAZULI_ROOT/src/Lazuli.Providers/$provider/$folder
namespace=Lazuli.Providers.$provider.$(printf '%s' "$folder" | tr / .)
[ -e "$room/${class}Type.cs" ] && { say "lazuli: $room exists already."; exit 1; }
mkdir -p "$room"
cat > "$room/${class}Properties.cs" <<END
using System.Text.Json.Serialization;
using Lazuli.Kernel.Types;

namespace $namespace;

public sealed record ${class}Properties : IProvisioned
{
    [Computed]
    public string? ProvisioningState { get; set; }
}

[JsonSerializable(typeof(Resource<${class}Properties>))]
internal sealed partial class ${class}Json : JsonSerializerContext;
END
cat > "$room/${class}Type.cs" <<END
using System.Text.Json.Serialization;
using Lazuli.Kernel.Ids;
using Lazuli.Kernel.Types;

namespace $namespace;

/// <summary>$name.</summary>
public sealed class ${class}Type : ResourceType<${class}Properties>
{
    public override ResourceTypeName Name { get; } = ResourceTypeName.Parse("$name");

    public override IReadOnlyList<string> ApiVersions => ["$(date +%Y)-01-01"];

    public override JsonSerializerContext Json => ${class}Json.Default;
}
END
cat > "$room/README.md" <<END
# $name

- **Real:** nothing yet.
- **Stored only:** everything.
- **Refused:** properties that the record doesn't have.
END
say "Made $room."
say "Next: its api-versions and properties; one line in ${provider}Provider.Types; its minimal body in test/Lazuli.Contract.Tests; ./lazuli coverage > docs/coverage.md; ./lazuli check."
