# SPDX-License-Identifier: Apache-2.0
# Sourced: $nodes towns t0, t1, … below $folder with one charter, running on loopback; from $build. They end with the
# shell, and their folders with them. Reads $DURE_BENCH_FOLDER (default: here).
# shellcheck shell=bash disable=SC2154
dure=$(realpath "$build/dure")
folder=$(mktemp -d "${DURE_BENCH_FOLDER:-$PWD}/towns-XXXXXX")
export LANG=C.UTF-8
running=() urls=()

cleanup() {
  for pid in "${running[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${running[@]}"; do wait "$pid" 2>/dev/null || true; done
  rm -rf "$folder"
}
trap cleanup EXIT

serve() {  # N [OPTION…]: sets $served and $url
  local name=t$1
  shift
  : >"$folder/$name.out"
  "$dure" serve --data "$folder/$name" "$@" >"$folder/$name.out" 2>"$folder/$name.log" & served=$!
  for _ in $(seq 600); do
    url=$(sed -n 's/^listening on //p' "$folder/$name.out")
    [ -n "$url" ] && return
    kill -0 "$served" 2>/dev/null || break
    sleep 0.1
  done
  cat "$folder/$name.log" >&2
  return 1
}
ask_around() {
  for i in $(seq 0 $((nodes - 1))); do "$dure" pull --data "$folder/t$i" --once >/dev/null 2>&1 || true; done
}
said() { python3 -c "import json, sys; d = json.load(sys.stdin); $1"; }  # STATEMENT over the document d
charter() { "$dure" charter status --data "$folder/t$1" --json; }
until_true() {
  for _ in $(seq 60); do
    "$@" && return
    ask_around
  done
  echo "gave up on: $*" >&2
  return 1
}
has_url() { charter 0 | said "sys.exit(d['members'][0]['url'] != '${urls[0]}')"; }
all_in() {
  for i in $(seq 0 $((nodes - 1))); do
    charter "$i" | said "sys.exit(len(d['members']) != $nodes)" || return 1
  done
}
all_cosigned() {
  "$dure" status --data "$folder/t0" --json |
    said "f = d['finality']; sys.exit(f['behind'] != 0 or sum(w['size'] > 0 for w in f['witnesses']) != f['n'])"
}

for i in $(seq 0 $((nodes - 1))); do
  "$dure" init --data "$folder/t$i" --origin "t$i.example/dure/1" --name "t$i" --region 41110 --yes >/dev/null 2>&1
  serve "$i" --listen 127.0.0.1:0
  kill "$served"
  wait "$served" || true
  urls+=("$url")
  serve "$i" --listen "${url#http://}" --url "$url"
  running+=("$served")
done
until_true has_url
fingerprint=$(charter 0 | said "print(d['fingerprint'])")
for i in $(seq 1 $((nodes - 1))); do
  "$dure" join "${urls[0]}" --data "$folder/t$i" --fingerprint "$fingerprint" >/dev/null
  "$dure" charter sign "$(charter 0 | said "print(d['drafts'][0]['hash'])")" --data "$folder/t0" --yes >/dev/null
done
until_true all_in
"$dure" publish --data "$folder/t0" - --wait final >/dev/null <<'END' || true
{"type":"service","title":{"ko":"시험"},"summary":{"ko":"시험"},"department":{"ko":"시험"},"contact":{"phone":"031-000-0000"},"regions":[{"scheme":"bjd","code":"4111000000"}],"status":{"code":"running"},"modified":"2026-03-01","licence":"kogl-1"}
END
until_true all_cosigned

