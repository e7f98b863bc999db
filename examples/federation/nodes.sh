# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by run: starting, asking and stopping nodes. Every process is ended by its own id.
# Expects from its caller: here (with nodes.tsv), root, dure, say and fail; keep, if data folders shall stay.
# shellcheck disable=SC2034,SC2154

declare -A origin role region name url pid size_when_done seconds_when_done
folders=()

# Short, because a data folder holds a Unix socket, whose path may have 107 bytes only.
data_root=$(mktemp -d "${TMPDIR:-/tmp}/dure-federation.XXXXXX")

read_nodes() {
  local folder an_origin a_role a_region a_name
  while IFS=$'\t' read -r folder an_origin a_role a_region a_name; do
    [[ $folder == folder ]] && continue
    folders+=("$folder")
    origin[$folder]=$an_origin role[$folder]=$a_role region[$folder]=$a_region name[$folder]=$a_name
  done <"$here/nodes.tsv"
}

data() { printf '%s/%s' "$data_root" "$1"; }

init_node() {
  local folder=$1 place=()
  [[ ${region[$folder]} == - ]] || place=(--region "${region[$folder]}")
  "$dure" init --data "$(data "$folder")" --origin "${origin[$folder]}" --name "${name[$folder]}" \
    "${place[@]}" --role "${role[$folder]}" --yes >>"$data_root/$folder.out" 2>&1 || show_log_and_fail "$folder"
}

# serve_node FOLDER ADDRESS [FLAGS…]: returns once the node answers; its address is then in url.
serve_node() {
  local folder=$1 address=$2 line deadline=$((SECONDS + 60)) out
  shift 2
  out=$data_root/$folder.serve
  : >"$out"
  "$dure" serve --data "$(data "$folder")" --listen "$address" --pull-interval 1 "$@" >"$out" 2>>"$data_root/$folder.out" </dev/null &
  pid[$folder]=$!
  while line=$(grep -m1 '^listening on ' "$out" || true) && [[ -z $line ]]; do
    kill -0 "${pid[$folder]}" 2>/dev/null || show_log_and_fail "$folder"
    ((SECONDS < deadline)) || show_log_and_fail "$folder"
    sleep 0.1
  done
  url[$folder]=${line#listening on }
}

# settle_node FOLDER: on a free port, which the node then names as its own address.
settle_node() {
  serve_node "$1" 127.0.0.1:0
  stop_node "$1"
  serve_again "$1"
}

# serve_again FOLDER: under the address that it had.
serve_again() { serve_node "$1" "${url[$1]#http://}" --url "${url[$1]}"; }

stop_node() {
  local folder=$1
  [[ -n ${pid[$folder]-} ]] || return 0
  kill -TERM "${pid[$folder]}" 2>/dev/null || true
  wait "${pid[$folder]}" 2>/dev/null || true
  unset "pid[$folder]"
}

show_log_and_fail() {
  tail -n 20 "$data_root/$1.out" >&2 || true
  fail "${name[$1]} 노드에 문제가 생겼습니다. 위의 기록을 보세요." "the node of $1 failed: see its log above"
}

# publish_files FOLDER: what examples/data/FOLDER holds that refers to no other entry.
publish_files() {
  local folder=$1 files=$root/examples/data/$1 log=$data_root/$1.out
  "$dure" publish --data "$(data "$folder")" "$files/services.json" "$files/problems.jsonl" \
    >>"$log" 2>&1 || show_log_and_fail "$folder"
  [[ ! -e $files/gov24.csv ]] ||
    "$dure" import gov24 --data "$(data "$folder")" "$files/gov24.csv" >>"$log" 2>&1 || show_log_and_fail "$folder"
}

# counts FOLDER: "OWN MIRRORED SEARCHABLE"; zeros if the node does not answer.
counts() {
  "$dure" status --data "$(data "$1")" --json 2>/dev/null |
    jq -r '"\(.size) \([.peers[].size] | add // 0) \(.indexing.indexed)"' 2>/dev/null || echo "0 0 0"
}

own_size() { counts "$1" | cut -d' ' -f1; }

# count_all: into total, what all nodes have published together.
count_all() {
  local folder
  total=0
  for folder in "${folders[@]}"; do total=$((total + $(own_size "$folder"))); done
}

# wait_for FOLDER TOTAL SECONDS: until the node holds and indexed TOTAL entries, its own included.
wait_for() {
  local folder=$1 total=$2 deadline=$((SECONDS + $3)) own mirrored indexed
  while read -r own mirrored indexed < <(counts "$folder"); do
    ((own + mirrored >= total && indexed >= total)) && return 0
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

# wait_until SECONDS COMMAND…
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

cleanup() {
  trap - EXIT
  local folder
  for folder in "${!pid[@]}"; do kill -TERM "${pid[$folder]}" 2>/dev/null || true; done
  for folder in "${!pid[@]}"; do wait "${pid[$folder]}" 2>/dev/null || true; done
  [[ -n ${keep-} ]] || rm -rf "$data_root"
}
