# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by run: the scenario of --check. One town stops; its entries stay; another town publishes meanwhile; the
# stopped one catches up; a proof is verified with nothing but three files.
# shellcheck disable=SC2154

failures=0

# step KOREAN ENGLISH COMMAND…
step() {
  local korean_text=$1 english_text=$2
  shift 2
  if "$@" >"$data_root/step.out" 2>&1; then
    say "✓ $korean_text" "✓ $english_text"
  else
    failures=$((failures + 1))
    say "✗ $korean_text" "✗ $english_text"
    tail -n 5 "$data_root/step.out" >&2
  fi
}

# first_id FOLDER ORIGIN: the id of one entry of ORIGIN, as FOLDER's node knows it.
first_id() {
  curl -fsS --max-time 10 --get --data-urlencode "origin=$2" --data-urlencode "limit=1" "${url[$1]}/api/v1/entries" |
    jq -er '.entries[0].id'
}

is_stopped() { ! curl -fsS --max-time 5 "${url[$1]}/healthz"; }

# serves_entry FOLDER ID WORD: by API and as a page, and a search for WORD finds it.
serves_entry() {
  curl -fsS --max-time 10 "${url[$1]}/api/v1/entries/$2" | jq -e --arg id "$2" '[.. | strings] | index($id)' &&
    curl -fsS --max-time 10 "${url[$1]}/e/$2" | grep '<html' >/dev/null &&
    curl -fsS --max-time 10 --get --data-urlencode "q=$3" --data-urlencode "limit=100" "${url[$1]}/api/v1/entries" |
    jq -e --arg id "$2" '[.entries[].id] | index($id) != null'
}

# make_proof FOLDER ID PREFIX: PREFIX.proof, PREFIX.body and PREFIX.policy.
make_proof() {
  "$dure" proof --data "$(data "$1")" "$2" --output "$3.proof" --body "$3.body" --policy "$3.policy"
}

# Without a data folder, without a network, without settings from outside.
verify_offline() {
  env -i PATH=/usr/bin:/bin "$dure" verify "$1.proof" "$2" --policy "$1.policy"
}

refuses_changed_body() {
  sed 's/0/1/' "$1.body" >"$1.changed"
  ! cmp -s "$1.body" "$1.changed" && ! verify_offline "$1" "$1.changed"
}

write_news() {
  cat <<'JSON'
{"type":"service","title":{"ko":"폭우 뒤 집 안 말리기 장비 대여","en":"Dryers on loan after a flood"},
 "summary":{"ko":"침수된 집에 송풍기와 제습기를 이레 동안 빌려 드립니다."},"description":{"ko":"예시 자료입니다."},
 "department":{"ko":"순천시 안전총괄과"},"contact":{"phone":"061-000-4101"},"fields":["5"],"audiences":["everyone"],
 "regions":[{"scheme":"bjd","code":"4615000000"}],"status":{"code":"running"},"modified":"2026-03-20","licence":"kogl-1"}
JSON
}

publish_news() { write_news | "$dure" publish --data "$(data suncheon)" --wait final -; }

finds_news() {
  curl -fsS --max-time 10 --get --data-urlencode "q=제습기" "${url[$1]}/api/v1/entries" | jq -e '.matched >= 1'
}

has_total_everywhere() {
  local folder
  for folder in "$@"; do wait_for "$folder" "$total" 60 || return 1; done
}

run_check() {
  local stopped=uiseong other=gumi id files=$data_root/proof
  id=$(first_id "$other" "${origin[$stopped]}") || fail "항목을 찾지 못했습니다." "no entry was found"

  count_all
  stop_node "$stopped"
  step "의성군 노드를 멈췄습니다" "the node of Uiseong is stopped" is_stopped "$stopped"
  step "의성군 항목을 구미시 노드가 계속 보여 줍니다" "the node of Gumi still serves an entry of Uiseong" \
    serves_entry "$other" "$id" "의성군"
  step "그 항목의 증명을 구미시 노드가 내줍니다" "the node of Gumi hands out its proof" make_proof "$other" "$id" "$files"
  step "증명을 파일 세 개만으로 확인했습니다" "the proof verifies offline, from three files alone" \
    verify_offline "$files" "$files.body"
  step "내용을 한 글자 바꾸면 확인되지 않습니다" "a body with one changed character does not verify" \
    refuses_changed_body "$files"

  step "그동안 순천시가 새 서비스를 냈고, 증인들이 확정했습니다" \
    "meanwhile Suncheon publishes a new service, and its witnesses make it final" publish_news
  total=$((total + 1))
  local running=()
  for folder in "${folders[@]}"; do [[ $folder == "$stopped" ]] || running+=("$folder"); done
  step "켜져 있는 여섯 노드가 모두 받았습니다" "all six running nodes have it" has_total_everywhere "${running[@]}"

  serve_again "$stopped"
  step "의성군 노드를 다시 켜자 놓친 것을 따라잡았습니다" "Uiseong is started again and catches up" \
    has_total_everywhere "$stopped"
  step "의성군 노드에서 새 서비스를 찾을 수 있습니다" "the new service is found on the node of Uiseong" \
    finds_news "$stopped"

  check_members
  check_erasure
  check_fork

  if ((failures)); then
    say "실패: $failures 단계" "FAILED: $failures steps"
    return 1
  fi
  say "모든 단계를 통과했습니다." "all steps passed."
}
