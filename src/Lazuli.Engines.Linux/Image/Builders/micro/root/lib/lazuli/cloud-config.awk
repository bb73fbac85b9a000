# cloud-config.awk -v plan=FILE -v runcmd=FILE: turns the part of #cloud-config that is real here (hostname, write_files, runcmd)
# into shell: plan calls the functions of `provision`, runcmd is the script to run. Every other key is named in plan as not supported.
{ sub(/\r$/, ""); line[++n] = $0 }
END {
    for (i = 1; i <= n; ) {
        if (skip(line[i])) { i++; continue }
        if (line[i] !~ /^[A-Za-z_][A-Za-z0-9_-]*[ \t]*:/) { print "cc_bad " quote("line " i ": " line[i]) > plan; exit }
        key = line[i]; sub(/[ \t]*:.*/, "", key)
        value = line[i]; sub(/^[^:]*:[ \t]*/, "", value)
        i++
        if (key == "runcmd") commands(value)
        else if (key == "write_files") files()
        else if (key == "hostname" || key == "fqdn") { print "cc_hostname " quote(scalar(value)) > plan }
        else { print "cc_ignored " key > plan; while (i <= n && (skip(line[i]) || line[i] ~ /^[ \t-]/)) i++ }
    }
}
function skip(s) { return s ~ /^[ \t]*(#.*)?$/ || s ~ /^(---|\.\.\.)[ \t]*$/ }
function indent(s) { match(s, /^ */); return RLENGTH }
function quote(s) { gsub(/'/, "'\\''", s); return "'" s "'" }
function scalar(s) {
    sub(/^[ \t]+/, "", s); sub(/[ \t]+$/, "", s)
    if (s ~ /^"/) {
        match(s, /^"([^"\\]|\\.)*"/); s = substr(s, 2, RLENGTH - 2)
        gsub(/\\\\/, "\001", s); gsub(/\\n/, "\n", s); gsub(/\\t/, "\t", s); gsub(/\\"/, "\"", s); gsub(/\001/, "\\", s)
    } else if (s ~ /^'/) {
        match(s, /^'([^']|'')*'/); s = substr(s, 2, RLENGTH - 2); gsub(/''/, "'", s)
    } else sub(/[ \t]+#.*$/, "", s)
    return s
}
# a block scalar (| or >) whose header is `head`; line i is its first line, `outer` the indentation of its parent
function block(head, outer,    text, own, s, last, extra) {
    own = -1
    while (i <= n) {
        s = line[i]
        if (s ~ /^[ \t]*$/) { extra = extra "\n"; i++; continue }
        if (indent(s) <= outer) break
        if (own < 0) own = indent(s)
        s = substr(s, own + 1)
        if (head ~ /^>/ && text != "" && extra == "") text = substr(text, 1, length(text) - 1) " " s "\n"
        else text = text extra s "\n"
        extra = ""
        i++
    }
    if (head ~ /-/) sub(/\n+$/, "", text)
    else if (head ~ /\+/) text = text extra
    return text
}
# ["a", 'b', c] as quoted shell words
function words(s,    out, w) {
    sub(/^\[[ \t]*/, "", s)
    while (s != "" && s !~ /^\]/) {
        if (match(s, /^"([^"\\]|\\.)*"/) || match(s, /^'([^']|'')*'/) || match(s, /^[^],]+/)) { w = substr(s, 1, RLENGTH); s = substr(s, RLENGTH + 1) }
        out = out " " quote(scalar(w))
        sub(/^[ \t]*,?[ \t\n]*/, "", s)
    }
    return substr(out, 2)
}
function commands(inline,    at, item, out) {
    print "#!/bin/sh" > runcmd
    if (inline ~ /^\[/) { print words(inline) > runcmd; return }
    while (i <= n) {
        if (skip(line[i])) { i++; continue }
        if (line[i] !~ /^ *- /) break
        at = indent(line[i]); item = line[i]; sub(/^ *-[ \t]+/, "", item); i++
        if (item ~ /^[|>][-+0-9]*[ \t]*$/) { printf "%s\n", block(item, at) > runcmd; continue }
        if (item ~ /^\[/) {
            while (item !~ /\][ \t]*(#.*)?$/ && i <= n) item = item " " line[i++]
            print words(item) > runcmd; continue
        }
        if (item ~ /^- /) {
            out = quote(scalar(substr(item, 3)))
            while (i <= n && line[i] ~ /^ *- / && indent(line[i]) > at) { item = line[i++]; sub(/^ *-[ \t]+/, "", item); out = out " " quote(scalar(item)) }
            print out > runcmd; continue
        }
        while (i <= n && !skip(line[i]) && indent(line[i]) > at) { out = line[i++]; sub(/^ +/, "", out); item = item " " out }
        print scalar(item) > runcmd
    }
}
function files(    at, s, key, value, f) {
    while (i <= n) {
        if (skip(line[i])) { i++; continue }
        s = line[i]
        if (s ~ /^ *- /) { flush(f); split("", f); f["open"] = 1; at = indent(s); sub(/- /, "  ", s) }
        else if (s !~ /^ / || !("open" in f)) break
        key = s; sub(/^ +/, "", key)
        value = key; sub(/[ \t]*:.*/, "", key); sub(/^[^:]*:[ \t]*/, "", value)
        i++
        if (value ~ /^[|>][-+0-9]*[ \t]*$/) value = block(value, indent(s))
        else value = scalar(value)
        f[key] = value
    }
    flush(f)
}
function flush(f) {
    if (!("open" in f)) return
    print "printf %s " quote(f["content"]) " | cc_file " quote(f["path"]) " " quote(f["permissions"]) " " quote(f["owner"]) " " quote(f["encoding"]) " " quote(f["append"]) > plan
}
