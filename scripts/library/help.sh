# Read by the scripts (`.`) before anything else: with `--help` or `-h` as first argument, shows the comment at the
# script's head and ends.
case ${1:-} in
  -h | --help)
    sed -n -e '1d' -e '/^#/!q' -e 's/^# \{0,1\}//p' "$0"
    exit 0
    ;;
esac
