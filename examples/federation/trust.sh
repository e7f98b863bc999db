# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by run: what a federation does for its members when something goes wrong. An entry is erased everywhere; a
# dishonest node tells two histories and is found out.
# shellcheck disable=SC2154

# service TITLE SUMMARY REGION: one entry, as an officer would write it.
service() {
  jq -n --arg title "$1" --arg summary "$2" --arg region "$3" '{type: "service", title: {ko: $title}, summary: {ko: $summary},
    description: {ko: "예시 자료입니다."}, department: {ko: "총무과"}, contact: {phone: "033-000-4102"}, fields: ["5"],
    audiences: ["everyone"], regions: [{scheme: "bjd", code: $region}], status: {code: "running"}, modified: "2026-03-21",
    licence: "kogl-1"}'
}

# publish_service FOLDER TITLE SUMMARY REGION [FLAGS…]: prints the id.
publish_service() {
  local folder=$1 title=$2 summary=$3 region=$4
  shift 4
  service "$title" "$summary" "$region" | "$dure" publish --data "$(data "$folder")" --json "$@" - |
    jq -er '.published[0].id'
}

is_found() {
  curl -fsS --max-time 10 --get --data-urlencode "q=$2" "${url[$1]}/api/v1/entries" | jq -e '.matched >= 1' >/dev/null
}
is_found_everywhere() {
  local folder
  for folder in "${folders[@]}"; do is_found "$folder" "$1" || return 1; done
}

erase_mistake() {
  "$dure" erase --data "$(data "$1")" "$2" --reason mistake --yes
}

all_receipts_in() {
  "$dure" erase status --data "$(data "$1")" "$2" --json |
    jq -e '(.erasures | length) > 0 and all(.erasures[]; .finished and all(.peers[]; .answered != null))' >/dev/null
}

is_read_by_members() {
  local folder
  for folder in "${folders[@]}"; do
    [[ $folder == ministry ]] || "$dure" members list --data "$(data "$folder")" "$1" >/dev/null || return 1
  done
}

# files_of FOLDER WORD: those that hold it.
files_of() { grep -rlaF -e "$2" "$(data "$1")"; }
is_kept_from() { ! files_of "$1" "$2"; }
is_not_public() { ! curl -fsS --max-time 10 "${url[$1]}/api/v1/entries/$2"; }

check_members() {
  local id word=회원끼리만보는말
  id=$(publish_service gumi "입찰 담합 의심 업체 공유" "$word 적어 둡니다." 4719000000 --class members) || id=
  step "구미시가 회원만 보는 글을 냈고, 회원 여섯이 모두 읽습니다" \
    "Gumi publishes for members only, and all six members can read it" wait_until 60 is_read_by_members "$word"
  step "참관 기관은 그런 글이 있다는 것만 압니다" "the observer knows only that there is such an entry" \
    is_kept_from ministry "$word"
  step "공개 API는 그 글을 보여 주지 않습니다" "no public API shows it" is_not_public gumi "$id"
}

# Not in a database, a log of changes, an index or a file that was left over.
some_file_holds() { grep -rlaF --exclude='*.out' --exclude='*.sock' -e "$1" "$data_root"; }
no_file_holds() { ! some_file_holds "$1"; }

check_erasure() {
  local id begin word=잘못올린말 title='잘못 올린 안내'
  id=$(publish_service suncheon "$title" "이 글에는 $word 있습니다." 4615000000) || id=
  step "순천시가 잘못 올린 글이 모두에게 퍼졌습니다" "an entry published by mistake has reached everybody" \
    wait_until 60 is_found_everywhere "$word"
  step "그 글이 노드들의 파일 안에 있습니다" "files of the nodes hold it" some_file_holds "$word"
  begin=$SECONDS
  step "순천시가 그 글을 지웁니다" "Suncheon has it erased" erase_mistake suncheon "$id"
  step "여섯 노드가 모두 지웠다는 확인서를 보냈습니다" "all six others have sent their receipts" \
    wait_until 120 all_receipts_in suncheon "$id"
  say "  ($((SECONDS - begin))초)" "  ($((SECONDS - begin)) s)"
  step "어느 노드의 어느 파일에도 남아 있지 않습니다" "no file of any node holds it" no_file_holds "$word"
}

# tell_two_histories FOLDER: one key, two data folders, two continuations of one log.
tell_two_histories() {
  local twin=$1-twin
  stop_node "$1"
  cp -a "$(data "$1")" "$(data "$twin")"
  publish_service "$1" "첫째 이야기" "누군가에게는 이렇게 말합니다." 5111000000
  publish_service "$twin" "둘째 이야기" "다른 누군가에게는 이렇게 말합니다." 5111000000
  publish_service "$twin" "셋째 이야기" "그리고 이어서 더 말합니다." 5111000000
}

has_proof_of() {
  "$dure" status --data "$(data "$1")" --json | jq -e --arg origin "$2" 'any(.forks[]; .origin == $origin)' >/dev/null
}
all_have_proof_of() {
  local folder
  for folder in "${folders[@]}"; do [[ ${origin[$folder]} == "$1" ]] || has_proof_of "$folder" "$1" || return 1; done
}

# download_proof FOLDER FILE: the proof, and the key that signed both heads.
download_proof() {
  local name
  name=$(curl -fsS --max-time 10 "${url[$1]}/federation/forks" | jq -er '.forks[0].name') &&
    curl -fsS --max-time 10 "${url[$1]}/federation/forks/$name" >"$2.fork" &&
    curl -fsS --max-time 10 "${url[$1]}/federation/policy" >"$2.policy"
}
verify_fork_offline() { env -i PATH=/usr/bin:/bin "$dure" verify-fork "$1.fork" --policy "$1.policy"; }

withholds() {
  curl -fsS --max-time 10 "${url[$1]}/api/v1/entries" |
    jq -e --arg origin "$2" 'any(.withheld[]; .origin == $origin)' >/dev/null
}

check_fork() {
  local liar=chuncheon twin witness=gumi address files=$data_root/fork
  step "춘천시 노드가 두 가지 역사를 만들었습니다" "the node of Chuncheon makes two histories" tell_two_histories "$liar"
  address=${url[$liar]}
  serve_again "$liar"
  step "한쪽에는 첫째를 보여 주고" "it shows the first one" wait_until 60 is_found "$witness" "첫째"
  stop_node "$liar"
  twin=$liar-twin
  url["$twin"]=$address name["$twin"]=${name[$liar]}
  serve_again "$twin"
  step "다음에는 둘째를 보여 주자, 나머지 여섯 노드가 모두 증거를 가졌습니다" \
    "then the second: all six others hold the proof" wait_until 120 all_have_proof_of "${origin[$liar]}"
  step "갈라진 뒤의 항목은 보이지 않습니다" "what comes after the parting is withheld" \
    withholds "$witness" "${origin[$liar]}"
  step "증거 파일을 내려받아" "the proof is downloaded" download_proof "$witness" "$files"
  step "노드 없이 확인했습니다" "and verified without any node" verify_fork_offline "$files"
}
