# Sourced: runs test programs, shows what they print, and adds up their results.
passed=0
failed=0
skipped=0
failures=$(mktemp)

# run_tests NAME COMMAND…
run_tests() {
    name=$1
    shift
    say "== $name"
    log=$(mktemp)
    status=0
    "$@" >"$log" 2>&1 || status=$?
    # Without the progress.
    sed '/^\[+/d' "$log" | cat -s
    awk '/^failed / { shown = 30 } /^\[\+/ || /^$/ { shown = 0 } shown-- > 0' "$log" >>"$failures"
    p=$(sed -n 's/^ *succeeded: *\([0-9]*\).*/\1/p' "$log" | tail -1)
    f=$(sed -n 's/^ *failed: *\([0-9]*\).*/\1/p' "$log" | tail -1)
    s=$(sed -n 's/^ *skipped: *\([0-9]*\).*/\1/p' "$log" | tail -1)
    rm -f "$log"
    passed=$((passed + ${p:-0}))
    failed=$((failed + ${f:-0}))
    skipped=$((skipped + ${s:-0}))
    # A program that died, or ran nothing at all, has failed even if it counted nothing. 8 is "no tests".
    if [ "$status" != 0 ] && [ "${f:-0}" = 0 ]; then
        say "$name ended with status $status"
        printf '%s ended with status %s\n' "$name" "$status" >>"$failures"
        failed=$((failed + 1))
    fi
}

# What failed, once more and cut short: whoever looks at the end of a long output wants just that.
finish() {
    cat "$failures"
    rm -f "$failures"
    printf '%s passed, %s failed, %s skipped\n' "$passed" "$failed" "$skipped"
    [ "$failed" = 0 ]
}
