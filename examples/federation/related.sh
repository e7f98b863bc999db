# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by run: entries that refer to others. An id exists only once an entry is published, so the files in
# examples/data name an entry by log and title, "@TITLE", and each node looks up the ids before it publishes.
# shellcheck disable=SC2154

# practices.jsonl names problems of problems.jsonl; related.jsonl both and services.json; answers.jsonl all of these.
waves=(practices related answers)

# titles_of FOLDER ORIGIN: one JSON object per entry of ORIGIN as FOLDER's node knows it, page by page.
titles_of() {
  local page next
  next="/api/v1/entries?origin=$(jq -rn --arg origin "$2" '$origin | @uri')&limit=100"
  while [[ -n $next ]]; do
    page=$(curl -fsS --max-time 10 "${url[$1]}$next") || return 1
    jq -c '.entries[] | {origin, id, title: .title.ko}' <<<"$page" || return 1
    next=$(jq -r '.links.next // empty' <<<"$page") || return 1
  done
}

# origins_in FILE: the logs whose entries FILE names by title.
origins_in() { jq -r '.. | objects | select(.id? | strings | startswith("@")) | .origin' "$1" | sort -u; }

# ids_for FOLDER FILE: {ORIGIN: {TITLE: [ID…]}} for the logs that FILE names.
ids_for() {
  local an_origin
  origins_in "$2" | while read -r an_origin; do titles_of "$1" "$an_origin" || return 1; done |
    jq -s 'reduce .[] as $entry ({}; .[$entry.origin][$entry.title // ""] += [$entry.id])'
}

# unresolved FILE IDS: each reference whose title none or several entries have.
unresolved() {
  jq -r --slurpfile ids "$2" '.. | objects | select(.id? | strings | startswith("@")) |
    select(($ids[0][.origin][.id[1:]] | length) != 1) | "\(.origin) \(.id)"' "$1"
}

# resolve FILE IDS: FILE with each "@TITLE" replaced by the id.
resolve() {
  jq -c --slurpfile ids "$2" 'walk(
    if type == "object" and (.id | type) == "string" and (.id | startswith("@"))
    then .id = $ids[0][.origin][.id[1:]][0] else . end)' "$1"
}

# publish_wave FOLDER WAVE: examples/data/FOLDER/WAVE.jsonl, if there is one.
publish_wave() {
  local folder=$1 wave=$2 file=$root/examples/data/$1/$2.jsonl ready=$data_root/$1.$2 missing
  [[ -e $file ]] || return 0
  ids_for "$folder" "$file" >"$ready.ids" ||
    fail "${name[$folder]} 노드에서 항목의 번호를 찾지 못했습니다." "the node of $folder did not tell the ids of entries"
  missing=$(unresolved "$file" "$ready.ids")
  [[ -z $missing ]] || fail "$file: 가리키는 제목이 없거나 여럿입니다:"$'\n'"$missing" \
    "$file: no entry, or several, have a title that it refers to:"$'\n'"$missing"
  resolve "$file" "$ready.ids" >"$ready.jsonl"
  "$dure" publish --data "$(data "$folder")" "$ready.jsonl" >>"$data_root/$folder.out" 2>&1 || show_log_and_fail "$folder"
}

# publish_related: wave after wave; each only when every node has all of the one before.
publish_related() {
  local folder wave
  for wave in "${waves[@]}"; do
    for folder in "${folders[@]}"; do publish_wave "$folder" "$wave"; done
    count_all
    for folder in "${folders[@]}"; do
      wait_for "$folder" "$total" 120 ||
        fail "${name[$folder]} 노드가 제때 받지 못했습니다." "the node of $folder did not get everything in time"
    done
  done
  for folder in "${folders[@]}"; do size_when_done["$folder"]=$(counts "$folder"); done
}
