# ovf.awk -v dir=DIR ovf-env.xml: writes each value that matters to DIR/<element>, public keys to DIR/keys, one a line.
# Only the local names count, so any prefix will do.
BEGIN { RS = "<"; single = " HostName UserName UserPassword DisableSshPasswordAuthentication CustomData " }
{
    end = index($0, ">")
    if (end == 0) next
    tag = substr($0, 1, end - 1); text = substr($0, end + 1)
    sub(/[ \t\r\n].*/, "", tag); sub(/^[^:]*:/, "", tag)
    if (tag ~ /\/$/ || substr($0, 1, 1) == "/") { if ($0 ~ /^\/([^:>]*:)?ProvisioningSection/) closed = 1; next }
    if (text ~ /^[ \t\r\n]*$/) next
    gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&apos;/, "'", text)
    gsub(/&#10;|&#xA;|&#xa;/, "\n", text); gsub(/&#13;|&#xD;|&#xd;/, "", text); gsub(/&amp;/, "\\&", text)
    if (tag == "Value") { gsub(/[\r\n]+/, "", text); print text > (dir "/keys") }
    else if (index(single, " " tag " ")) printf "%s", text > (dir "/" tag)
}
END { if (!closed) exit 1 }
