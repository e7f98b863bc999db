// SPDX-License-Identifier: Apache-2.0
// The address under which others see this node: name, port, certificate, and what stands in front.
#include <algorithm>

#include "doctor/checks.h"

namespace dure::node {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kSoon = 14;  // days; whoever renews by program has done so by then

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : ", ") + printable(part);
  return text;
}

Finding front(Verdict verdict, const char* text, const PublicFacts& address) {
  return {"proxy",
          address.url,
          verdict,
          text,
          {{"client", printable(address.front.client)},
           {"forwarded", joined(address.front.forwarded)}}};
}

// Reached, and by whom.
Finding check_answer(const PublicFacts& address, const NodeFacts& node) {
  Finding found{"public-url",
                address.url,
                Verdict::kOk,
                "cli.doctor.url_ok",
                {{"url", printable(address.url, 200)},
                 {"addresses", joined(address.addresses)},
                 {"other", printable(address.origin)},
                 {"origin", node.origin}}};
  if (address.unresolved) {
    found.verdict = Verdict::kError;
    found.text = "cli.doctor.url_unresolved";
    found.cause = address.unresolved;
  } else if (address.unreachable) {
    // A stopped node need not answer.
    found.verdict = node.running ? Verdict::kError : Verdict::kNotChecked;
    found.text = node.running ? "cli.doctor.url_unreachable" : "cli.doctor.url_stopped";
    found.cause = address.unreachable;
  } else if (!node.origin.empty() && address.origin != node.origin) {
    found.verdict = Verdict::kError;
    found.text = address.origin.empty() ? "cli.doctor.url_no_node" : "cli.doctor.url_another_node";
  }
  return found;
}

}  // namespace

Findings check_listening(const ListenFacts& listening) {
  const std::vector<std::pair<std::string, std::string>> args = {
      {"listen", printable(listening.listen)}};
  if (listening.failure) {
    return {{"port", listening.listen, Verdict::kError,
             listening.own_node ? "cli.doctor.port_silent" : "cli.doctor.port_taken", args,
             listening.failure}};
  }
  return {{"port", listening.listen, Verdict::kOk,
           listening.own_node ? "cli.doctor.port_ok" : "cli.doctor.port_free", args}};
}

Findings check_certificate(const std::string& check, const CertificateFacts& certificate,
                           std::int64_t now) {
  Finding found{check, certificate.where, Verdict::kOk, "cli.doctor.certificate_ok"};
  const std::int64_t days = (certificate.until - now) / kDay;
  found.args = {{"where", printable(certificate.where, 300)},
                {"days", std::to_string(std::max<std::int64_t>(days, 0))},
                {"ago", std::to_string((now - certificate.until) / kDay)},
                {"reason", printable(certificate.refused)}};
  found.cause = certificate.failure;
  const auto say = [&found](Verdict verdict, const char* text) {
    found.verdict = verdict;
    found.text = text;
    return Findings{found};
  };
  if (certificate.failure) return say(Verdict::kError, "cli.doctor.certificate_unusable");
  if (certificate.until <= now) return say(Verdict::kError, "cli.doctor.certificate_expired");
  if (certificate.from > now) return say(Verdict::kError, "cli.doctor.certificate_early");
  if (!certificate.refused.empty()) return say(Verdict::kError, "cli.doctor.certificate_refused");
  if (days < kSoon) return say(Verdict::kWarning, "cli.doctor.certificate_expires");
  return {found};
}

Findings check_own_url(const PublicFacts& address, const NodeFacts& node, std::int64_t now) {
  if (address.url.empty()) return {{"public-url", "", Verdict::kWarning, "cli.doctor.url_none"}};
  Findings all = {check_answer(address, node)};
  if (address.certificate) {
    auto found = check_certificate("public-certificate", *address.certificate, now);
    all.insert(all.end(), found.begin(), found.end());
  } else if (!address.tls) {
    all.push_back({"public-certificate", address.url, Verdict::kWarning, "cli.doctor.url_plain"});
  }
  return all;
}

Findings check_front(const PublicFacts& address) {
  const FrontFacts& seen = address.front;
  if (!seen.asked) return {front(Verdict::kNotChecked, "cli.doctor.front_unknown", address)};
  if (!seen.arrived) return {front(Verdict::kWarning, "cli.doctor.front_elsewhere", address)};
  const auto say = [&address](Verdict verdict, const char* text) {
    return Findings{front(verdict, text, address)};
  };
  if (address.trusts_everybody) return say(Verdict::kError, "cli.doctor.front_everybody");
  if (seen.forwarded.empty()) {
    if (seen.believed_forgery) return say(Verdict::kError, "cli.doctor.front_forged");
    // TLS or a port that is not ours means that something stands in front and tells nobody's
    // address.
    const bool hidden =
        (address.tls && !address.node_has_tls) || !address.own_port || address.trusted_proxies > 0;
    return hidden ? say(Verdict::kWarning, "cli.doctor.front_untold")
                  : say(Verdict::kOk, "cli.doctor.front_none");
  }
  // The proxy said that the question came from here, and here is a trusted proxy, too.
  if (seen.believed_forgery) return say(Verdict::kOk, "cli.doctor.front_here_ok");
  const bool taken =
      std::find(seen.forwarded.begin(), seen.forwarded.end(), seen.client) != seen.forwarded.end();
  if (address.trusted_proxies == 0 || !taken)
    return say(Verdict::kError, "cli.doctor.front_untrusted");
  return say(Verdict::kOk, "cli.doctor.front_ok");
}

}  // namespace dure::node
