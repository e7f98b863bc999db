// SPDX-License-Identifier: Apache-2.0
#include "http/exchange.h"

#include <algorithm>
#include <exception>

#include "http/http_date.h"
#include "http/reply.h"

namespace dure::node::http {
namespace {

// Up to here TLS answers are written as one record; plain ones never copy the body.
constexpr std::size_t kOneRecord = 16 * 1024;

std::string_view title_of(int status) {
  switch (status) {
    case 408:
      return "Request Timeout";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Bad Request";
  }
}

std::string_view type_of(int status) {
  switch (status) {
    case 413:
    case 414:
    case 431:
      return "too-large";
    case 408:
    case 503:
      return "unavailable";
    case 411:
    case 415:
    case 417:
    case 501:
    case 505:
      return "unsupported";
    default:
      return "malformed";
  }
}

void assign_lower(std::string& out, std::string_view text) {
  out.assign(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
}

}  // namespace

Exchange::Exchange(Core& core, std::uint64_t seed)
    : core_(core),
      front_(std::chrono::duration_cast<std::chrono::seconds>(core.options.limits.idle_timeout)),
      id_state_(seed) {}

std::optional<Refusal> Exchange::read_head(std::string_view bytes) {
  return parse_head(bytes, head_);
}

void Exchange::answer(Connection& connection, std::string_view body) {
  start_ = std::chrono::steady_clock::now();
  if (const auto refusal = build_request(connection, body)) {
    return send_refusal(connection, *refusal);
  }
  RateHeaders quota;
  auto limited = check_rate(connection, quota);
  auto response = limited ? *std::move(limited) : run_handler();
  if (response.live && head_.method != "HEAD") admit_stream(connection, response);
  for (auto& header : quota) response.headers.push_back(std::move(header));
  // Asked after the handler: a stop may have begun while it ran.
  const bool close =
      !head_.keep_alive || response.live || core_.stopping.load(std::memory_order_relaxed);
  if (head_.http_1_0 && !close) response.headers.emplace_back("Connection", "keep-alive");
  send(connection, head_.method, head_.target, std::move(response), close);
}

std::optional<Refusal> Exchange::build_request(const Connection& connection,
                                               std::string_view body) {
  request_.method.assign(head_.method);
  request_.target.assign(head_.target);
  request_.headers.resize(head_.fields.size());
  for (std::size_t i = 0; i < head_.fields.size(); ++i) {
    assign_lower(request_.headers[i].first, head_.fields[i].name);
    request_.headers[i].second.assign(head_.fields[i].value);
  }
  request_.body.assign(body);
  if (body.empty()) request_.body.shrink_to_fit();  // does not keep the last upload's memory
  request_.control = connection.peer.control;
  request_.request_id = next_id();
  name_client(connection);
  auto refusal = parse_target(head_.target, target_);
  if (refusal) target_ = Target();
  request_.path.swap(target_.path);
  request_.query.swap(target_.query);
  return refusal;
}

void Exchange::name_client(const Connection& connection) {
  client_ = connection.peer.address;
  if (connection.peer.trusted) {
    std::string forwarded;
    for (const auto& field : head_.fields) {
      if (!equals_ignoring_case(field.name, "x-forwarded-for")) continue;
      if (!forwarded.empty()) forwarded += ',';
      forwarded += field.value;
    }
    client_ = client_behind(client_, forwarded, core_.trusted_proxies);
    request_.client = client_.text();
  } else {
    request_.client = connection.peer.text;
  }
}

std::optional<Response> Exchange::check_rate(const Connection& connection, RateHeaders& quota) {
  if (!core_.rate_limiter || !is_limited(connection)) return std::nullopt;
  const auto verdict = core_.rate_limiter->take(client_);
  quota = rate_headers(*core_.rate_limiter, verdict);
  if (verdict.allowed) return std::nullopt;
  core_.counters.rate_limited.fetch_add(1, std::memory_order_relaxed);
  const auto seconds = std::to_string(verdict.retry_after.count());
  auto response = make_problem(429, "refused", "Too Many Requests",
                               "Too many requests from this address. Try again in " + seconds +
                                   (verdict.retry_after.count() == 1 ? " second." : " seconds."));
  response.headers.emplace_back("Retry-After", seconds);
  return present(std::move(response));
}

bool Exchange::is_limited(const Connection& connection) const {
  if (connection.peer.control) return false;
  const bool local = !connection.peer.trusted && client_.is_loopback();
  return !local || !core_.options.limits.exempt_loopback;
}

void Exchange::admit_stream(Connection& connection, Response& response) {
  auto place = core_.live.enter(client_, is_limited(connection));
  if (place) {
    connection.place = *std::move(place);
    return;
  }
  core_.counters.refused.fetch_add(1, std::memory_order_relaxed);
  const bool full = place.error().code == ErrorCode::kUnavailable;
  auto problem = make_problem(full ? 503 : 429, full ? "unavailable" : "refused",
                              full ? "Service Unavailable" : "Too Many Requests",
                              place.error().detail + "; try again later, or ask without a stream");
  problem.headers.emplace_back("Retry-After", "30");
  response = present(std::move(problem));
}

Response Exchange::run_handler() {
  core_.counters.requests.fetch_add(1, std::memory_order_relaxed);
  std::string note;
  // A use case or a library that throws is a bug: its text is for the log, never for the client.
  try {
    return core_.handler(request_);
  } catch (const std::exception& exception) {
    note = exception.what();
  } catch (...) {
    note = "an exception of unknown type";
  }
  core_.counters.failed.fetch_add(1, std::memory_order_relaxed);
  auto problem = make_problem(500, "internal", "Internal Server Error",
                              "The request failed for a reason on this side. It was logged.");
  problem.headers.emplace_back("X-Request-Id", request_.request_id);
  problem.note = std::move(note);
  return present(std::move(problem));
}

Response Exchange::present(Response problem) const {
  const auto& present = core_.options.present_problem;
  if (!present) return problem;
  std::string note = problem.note;
  auto presented = present(request_, std::move(problem));
  presented.note = std::move(note);
  return presented;
}

void Exchange::refuse(Connection& connection, const Refusal& refusal) {
  start_ = std::chrono::steady_clock::now();
  request_ = Request();
  request_.client = connection.peer.text;
  request_.control = connection.peer.control;
  request_.request_id = next_id();
  send_refusal(connection, refusal);
}

void Exchange::send_refusal(Connection& connection, const Refusal& refusal) {
  core_.counters.refused.fetch_add(1, std::memory_order_relaxed);
  auto problem = make_problem(refusal.status, type_of(refusal.status), title_of(refusal.status),
                              refusal.reason);
  if (refusal.status == 503) problem.headers.emplace_back("Retry-After", "5");
  problem.note = refusal.reason;
  send(connection, "GET", "/", present(std::move(problem)), /*close=*/true);
  connection.then = Connection::Then::kLinger;
}

void Exchange::send(Connection& connection, std::string_view method, std::string_view target,
                    Response response, bool close) {
  const std::string note = std::move(response.note);
  const Reply reply = make_reply(request_, std::move(response), date());
  const bool accepted = front_.exchange(
      method, target, close, [&reply]() -> const Reply& { return reply; }, connection.out_head);
  connection.out_sent = connection.progress = 0;
  connection.then = close || !accepted ? Connection::Then::kClose : Connection::Then::kKeep;
  const bool sends = accepted && reply.length > 0;
  connection.out_body = sends ? reply.body : nullptr;
  connection.out_stream = sends ? reply.stream : nullptr;
  connection.out_live = accepted && connection.place ? reply.live : nullptr;
  const bool has_body = connection.out_body || connection.out_stream;
  connection.out_first = has_body ? reply.first : 0;
  connection.out_end = has_body ? reply.first + reply.length : 0;
  if (connection.transport.is_tls() && connection.out_body && reply.length <= kOneRecord) {
    connection.out_head.append(*connection.out_body, reply.first, reply.length);
    connection.out_body = nullptr;
    connection.out_first = connection.out_end = 0;
  }
  if (core_.options.log) log(reply, note, start_);
}

void Exchange::log(const Reply& reply, const std::string& note, Instant start) const {
  Response summary;
  summary.status = reply.status;
  summary.headers = reply.headers;
  summary.body = reply.body;
  summary.note = note;
  core_.options.log(request_, summary,
                    std::chrono::duration_cast<std::chrono::microseconds>(
                        std::chrono::steady_clock::now() - start));
}

const std::string& Exchange::date() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto second = std::chrono::duration_cast<std::chrono::seconds>(now).count();
  if (second != date_second_) {
    date_second_ = second;
    date_ = http_date(second);
  }
  return date_;
}

// Splitmix64 over a random start: unique enough to find a request in a log, and short enough not to
// allocate.
std::string Exchange::next_id() {
  static constexpr char kDigits[] = "0123456789abcdefghijklmnopqrstuv";
  std::uint64_t value = id_state_ += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  value ^= value >> 31U;
  std::string id(12, '0');
  for (char& c : id) {
    c = kDigits[value & 31U];
    value >>= 5U;
  }
  return id;
}

}  // namespace dure::node::http
