# Sourced: runs the live tests, each room in namespaces of its own: they look at all devices and processes that there are.
# The longest room, which mostly waits for packets, runs beside the others.
# What runs in the background doesn't hear Ctrl-C.
trap 'trap - TERM; kill -TERM 0' INT

run_live_tests() {
    beside_log=$(mktemp)
    run_room Net >"$beside_log" 2>&1 &
    beside=$!
    for room in "$LAZULI_ROOT"/test/Lazuli.Live.Tests/*/; do
        room=$(basename "$room")
        [ "$room" = Net ] || run_tests "Lazuli.Live.Tests/$room" run_room "$room"
    done
    run_tests Lazuli.Live.Tests/Net await_beside
}

run_room() { in_namespace "$(test_program Lazuli.Live.Tests)" --filter-namespace "Lazuli.Live.Tests.$1"; }

await_beside() {
    ended=0
    wait "$beside" || ended=$?
    cat "$beside_log"
    rm -f "$beside_log"
    return "$ended"
}
