#!/bin/sh
# ./catchwater quickstart: the first minute, in a temporary folder. Every command is shown, run, and
# its output follows; a command that fails ends it with exit code 1.
set -eu

cw=$1
case $cw in /*) ;; *) cw=$PWD/${cw#./} ;; esac
if [ $# -gt 1 ]; then
  case $2 in
    -h | --help)
      echo "Usage: ./catchwater quickstart"
      echo
      echo "Makes a workspace in a temporary folder, adds a dataset, pushes two rows and prints them."
      exit 0
      ;;
    *)
      echo "Error: Unexpected argument '$2'" >&2
      exit 2
      ;;
  esac
fi

folder=$(mktemp -d "${TMPDIR:-/tmp}/catchwater-quickstart.XXXXXX")
cd "$folder"
unset CATCHWATER_WORKSPACE
catchwater() { "$cw" "$@"; }

bold= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi
show() { printf '\n%s$ %s%s\n' "$bold" "$1" "$plain"; }
run() {
  show "$1"
  eval "$1" 2>&1
}

echo "A workspace in $folder"
run 'catchwater init'

show "cat gps.yaml"
cat >gps.yaml <<'END'
kind: DatasetSnapshot
version: 1
content:
  name: gps
  kind: Root
  metadata:
    - kind: AddPushSource
      sourceName: default
      read:
        kind: NdJson
        schema:
          - t TIMESTAMP
          - long DOUBLE
          - lat DOUBLE
      merge:
        kind: Append
    - kind: SetVocab
      eventTimeColumn: t
END
cat gps.yaml
run 'catchwater add gps.yaml'
run "echo '{\"t\": \"2020-01-01T00:00:00Z\", \"long\": -123.12, \"lat\": 49.28}' > data.json"
run 'catchwater ingest gps data.json'
run 'catchwater tail gps -o table'
run "echo '{\"t\": \"2020-01-02T00:00:00Z\", \"long\": -123.13, \"lat\": 49.29}' | catchwater ingest gps --stdin"
run 'catchwater tail gps -o table'

echo
echo "All of it is still there: cd $folder"
echo "Next: $cw --help, or docs/tutorial/first-dataset.md"
