# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Sourced by run: seven nodes become one federation. Andong begins, the others ask to be taken in, Andong signs; then two
# more become stewards, and from then on two of three decide.
# shellcheck disable=SC2154

founder=andong
stewards=(andong gumi gyeongbuk)

charter_status() { "$dure" charter status --data "$(data "$1")" --json; }
charter_version() { charter_status "$1" | jq -r .version; }

# What an officer does after comparing the fingerprint by telephone.
ask_to_join() {
  "$dure" join "${url[$founder]}" --data "$(data "$1")" --fingerprint "$2" >>"$data_root/$1.out" 2>&1 ||
    show_log_and_fail "$1"
}

# sign_for FOLDER: the founder signs the draft that takes the member in.
sign_for() {
  local draft
  draft=$(charter_status "$founder" |
    jq -er --arg member "${origin[$1]%/*}" '.drafts[] | select(.admits[0] == $member) | .hash') &&
    "$dure" charter sign "$draft" --data "$(data "$founder")" --yes >>"$data_root/$founder.out" 2>&1
}

has_version() { (($(charter_version "$1") == $2)); }

# The stewards' public keys stand in the charter that each node began with.
steward_line() { "$dure" charter show --data "$(data "$1")" | grep -m1 '^steward '; }

# elect_stewards: the next version of the charter, edited as a person would, signed by two.
elect_stewards() {
  local next=$data_root/charter.txt draft first=${stewards[0]} second=${stewards[1]} folder
  "$dure" charter new --data "$(data "$first")" --output "$next.new"
  {
    sed -n '/^steward /q; s/^threshold .*/threshold 2/; p' "$next.new"
    for folder in "${stewards[@]}"; do printf '%s\n' "${steward[$folder]}"; done
    sed -n '/^member /,$p' "$next.new"
  } >"$next"
  "$dure" charter propose "$next" --data "$(data "$first")" --yes
  draft=$(charter_status "$first" | jq -er '.drafts[0].hash')
  wait_until 60 draft_waits "$second" "$draft"
  "$dure" charter sign "$draft" --data "$(data "$second")" --yes
}

draft_waits() { charter_status "$1" | jq -e --arg hash "$2" 'any(.drafts[]; .hash == $hash)' >/dev/null; }

declare -A steward

make_federation() {
  local folder fingerprint version=1
  for folder in "${stewards[@]}"; do steward[$folder]=$(steward_line "$folder"); done
  fingerprint=$(charter_status "$founder" | jq -r .fingerprint)
  version=$(charter_version "$founder")
  for folder in "${folders[@]}"; do [[ $folder == "$founder" ]] || ask_to_join "$folder" "$fingerprint"; done
  for folder in "${folders[@]}"; do
    [[ $folder == "$founder" ]] && continue
    wait_until 60 sign_for "$folder" || show_log_and_fail "$founder"
    version=$((version + 1))
  done
  elect_stewards >>"$data_root/$founder.out" 2>&1 || show_log_and_fail "$founder"
  version=$((version + 1))
  for folder in "${folders[@]}"; do
    wait_until 60 has_version "$folder" "$version" || show_log_and_fail "$folder"
  done
}
