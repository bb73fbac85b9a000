# Sourced: runs the live tests, each room in namespaces of its own: they look at all devices and processes that there are.
run_live_tests() {
    for room in "$LAZULI_ROOT"/test/Lazuli.Live.Tests/*/; do
        room=$(basename "$room")
        run_tests "Lazuli.Live.Tests/$room" in_namespace "$(test_program Lazuli.Live.Tests)" --filter-namespace "Lazuli.Live.Tests.$room"
    done
}
